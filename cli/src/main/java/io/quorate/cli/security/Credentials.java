package io.quorate.cli.security;

import io.quorate.cli.output.ShellWord;
import java.nio.file.Path;
import java.util.List;

/**
 * The files by which a node or a client is known, and knows others.
 *
 * @param certificate of its own, in PEM
 * @param key of the certificate: PKCS#8 in PEM, not encrypted
 * @param authorities that it trusts, in PEM
 */
public record Credentials(Path certificate, Path key, Path authorities) {
  /** Returns the options by which a command connects with these files, as a shell takes them. */
  public String options() {
    return "--tls-ca %s --tls-cert %s --tls-key %s"
        .formatted(shell(authorities), shell(certificate), shell(key));
  }

  /** Returns the lines by which all commands of a shell connect with these files. */
  List<String> exports() {
    return List.of(
        "export QUORATE_CLIENT_TLS_CA=" + shell(authorities),
        "export QUORATE_CLIENT_TLS_CERT=" + shell(certificate),
        "export QUORATE_CLIENT_TLS_KEY=" + shell(key));
  }

  static String shell(Path path) {
    return ShellWord.of(path.toString());
  }

  static Credentials ofNode(Path directory) {
    return in(directory, "node");
  }

  static Credentials ofClient(Path directory) {
    return in(directory, "client");
  }

  private static Credentials in(Path directory, String kind) {
    return new Credentials(
        directory.resolve(kind + ".pem"),
        directory.resolve(kind + ".key"),
        directory.resolve(CertificateDirectory.AUTHORITIES));
  }

  /** Returns them with the same names, in another directory. */
  Credentials movedTo(Path directory) {
    return new Credentials(
        directory.resolve(certificate.getFileName()),
        directory.resolve(key.getFileName()),
        directory.resolve(authorities.getFileName()));
  }
}
