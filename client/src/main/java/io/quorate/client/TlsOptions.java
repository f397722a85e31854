package io.quorate.client;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a client makes its connections with TLS 1.3: which certificates of nodes it trusts, and by
 * which certificate nodes know it. The certificate of a node must be valid, be issued by an
 * authority that is trusted, and name the host that is dialled, or {@link #serverName(String)}.
 *
 * <p>Files are read when the client is built, and looked at again before a connection is made, at
 * most each 10 s: what has changed holds for connections made from then on. Files that cannot be
 * read, or do not fit together, are not taken; a warning is logged and those before are kept.
 */
public final class TlsOptions {
  /** Authorities that the JDK trusts, no certificate of its own, the names that are dialled. */
  public static final TlsOptions DEFAULT = new TlsOptions(null, null, null, null);

  private final @Nullable Path authorities;
  private final @Nullable Path certificate;
  private final @Nullable Path key;
  private final @Nullable String serverName;

  private TlsOptions(
      @Nullable Path authorities,
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable String serverName) {
    this.authorities = authorities;
    this.certificate = certificate;
    this.key = key;
    this.serverName = serverName;
  }

  /**
   * Trusts the authorities of a file, and no others.
   *
   * @param pem one certificate or more, in PEM; two while one authority takes over from another
   */
  public TlsOptions authorities(Path pem) {
    return new TlsOptions(Objects.requireNonNull(pem, "pem"), certificate, key, serverName);
  }

  /** The file of authorities that are trusted; null: those that the JDK trusts. */
  public @Nullable Path authorities() {
    return authorities;
  }

  /**
   * Shows nodes a certificate by which they know this client (mutual TLS).
   *
   * @param chain the certificate, then those that lead to its authority, in PEM
   * @param key its private key: PKCS#8 in PEM, not encrypted
   */
  public TlsOptions certificate(Path chain, Path key) {
    return new TlsOptions(
        authorities,
        Objects.requireNonNull(chain, "chain"),
        Objects.requireNonNull(key, "key"),
        serverName);
  }

  /** The file of the certificate that nodes are shown; null: none. */
  public @Nullable Path certificate() {
    return certificate;
  }

  /** The file of the private key of {@link #certificate()}; null: none. */
  public @Nullable Path key() {
    return key;
  }

  /**
   * Expects this name in the certificates of all nodes, in place of the host that is dialled: where
   * nodes are dialled by addresses that their certificates do not name.
   *
   * @param name a host name or an IP address
   * @throws IllegalArgumentException if it is blank
   */
  public TlsOptions serverName(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("server name is blank: give a host name or an IP address");
    }
    return new TlsOptions(authorities, certificate, key, name);
  }

  /** The name that is expected in certificates; null: the host that is dialled. */
  public @Nullable String serverName() {
    return serverName;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TlsOptions that
        && Objects.equals(authorities, that.authorities)
        && Objects.equals(certificate, that.certificate)
        && Objects.equals(key, that.key)
        && Objects.equals(serverName, that.serverName);
  }

  @Override
  public int hashCode() {
    return Objects.hash(authorities, certificate, key, serverName);
  }

  @Override
  public String toString() {
    return "TlsOptions[authorities="
        + authorities
        + ", certificate="
        + certificate
        + ", key="
        + key
        + ", serverName="
        + serverName
        + "]";
  }
}
