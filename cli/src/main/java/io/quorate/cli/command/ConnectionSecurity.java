package io.quorate.cli.command;

import io.quorate.client.TlsOptions;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether connections use TLS, which nodes they trust, and what shows nodes who connects. */
final class ConnectionSecurity {
  @Option(
      names = "--tls",
      description =
          "Connect with TLS, as with any other option of TLS; alone it trusts the authorities that"
              + " Java trusts.")
  private boolean tls;

  @Option(
      names = "--tls-ca",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_TLS_CA:-}",
      description =
          "Authorities that are trusted: certificates in PEM. Default: QUORATE_CLIENT_TLS_CA of the"
              + " environment, or those that Java trusts")
  private String authorities = "";

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_TLS_CERT:-}",
      description =
          "Certificate to show to nodes, and those that lead to its authority, in PEM. Default:"
              + " QUORATE_CLIENT_TLS_CERT of the environment, or none")
  private String certificate = "";

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      defaultValue = "${env:QUORATE_CLIENT_TLS_KEY:-}",
      description =
          "Private key of --tls-cert: PKCS#8 in PEM, not encrypted. Default: QUORATE_CLIENT_TLS_KEY"
              + " of the environment, or none")
  private String key = "";

  @Option(
      names = "--tls-server-name",
      paramLabel = "NAME",
      defaultValue = "${env:QUORATE_CLIENT_TLS_SERVER_NAME:-}",
      description =
          "Name to expect in certificates of nodes. Default: QUORATE_CLIENT_TLS_SERVER_NAME of the"
              + " environment, or the host that is dialled")
  private String serverName = "";

  /** Whether a certificate is given here, and not by a profile. */
  boolean hasOwnCertificate() {
    return !certificate.isBlank() || !key.isBlank();
  }

  /**
   * Returns what the options, and the profile in their place, say of TLS; null: plaintext.
   *
   * @throws IllegalArgumentException a certificate without its key, or the reverse
   */
  @Nullable TlsOptions options(Profile profile) {
    // A certificate and its key come from one place: of two places they would not fit together.
    boolean own = hasOwnCertificate();
    String shown = own ? certificate : profile.orFile("tls-cert", "");
    String proof = own ? key : profile.orFile("tls-key", "");
    if (shown.isBlank() != proof.isBlank()) {
      throw new IllegalArgumentException(
          shown.isBlank()
              ? "--tls-key needs --tls-cert, the certificate that it is for"
              : "--tls-cert needs --tls-key, the private key of the certificate");
    }
    String trusted = profile.orFile("tls-ca", authorities);
    String name = profile.or("tls-server-name", serverName);
    if (!tls && Stream.of(trusted, shown, name).allMatch(String::isBlank)) {
      return null;
    }
    TlsOptions options = TlsOptions.DEFAULT;
    if (!trusted.isBlank()) {
      options = options.authorities(Path.of(trusted));
    }
    if (!shown.isBlank()) {
      options = options.certificate(Path.of(shown), Path.of(proof));
    }
    return name.isBlank() ? options : options.serverName(name);
  }
}
