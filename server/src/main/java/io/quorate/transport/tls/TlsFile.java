package io.quorate.transport.tls;

/** One of the files that a node's connections are made of. */
public enum TlsFile {
  CERTIFICATE("tls.certificate"),
  KEY("tls.key"),
  AUTHORITIES("tls.authorities"),
  REVOKED("tls.revoked");

  private final String setting;

  TlsFile(String setting) {
    this.setting = setting;
  }

  /** The setting that says where the file is. */
  public String setting() {
    return setting;
  }
}
