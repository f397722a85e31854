package io.quorate.client.tls;

import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;

/** A certificate that {@link TestAuthority} is about to issue. */
public final class TestCertificate {
  private final TestAuthority authority;
  private final String commonName;
  private final List<GeneralName> names = new ArrayList<>();
  private final List<KeyPurposeId> purposes = new ArrayList<>();
  private Instant from = Instant.now().minus(Duration.ofDays(1));
  private Instant until = Instant.now().plus(Duration.ofDays(1));

  TestCertificate(TestAuthority authority, String commonName) {
    this.authority = authority;
    this.commonName = commonName;
  }

  /** Names a host. */
  public TestCertificate dns(String host) {
    names.add(new GeneralName(GeneralName.dNSName, host));
    return this;
  }

  /** Names an IP address. */
  public TestCertificate ip(String address) {
    names.add(new GeneralName(GeneralName.iPAddress, address));
    return this;
  }

  /** Names something by a URI. */
  public TestCertificate uri(String uri) {
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    return this;
  }

  public TestCertificate valid(Instant from, Instant until) {
    this.from = from;
    this.until = until;
    return this;
  }

  /** Restricts it to servers, and to clients if it is for these, too; default: no restriction. */
  public TestCertificate forServers() {
    purposes.add(KeyPurposeId.id_kp_serverAuth);
    return this;
  }

  /** Restricts it to clients, and to servers if it is for these, too; default: no restriction. */
  public TestCertificate forClients() {
    purposes.add(KeyPurposeId.id_kp_clientAuth);
    return this;
  }

  /** Has the authority sign it, for a key that is new. */
  public Issued issue() {
    KeyPair keys = TestAuthority.newKeys();
    X509Certificate certificate =
        authority.sign(TestAuthority.principal(commonName), keys, from, until, this::addExtensions);
    return new Issued(certificate, keys.getPrivate(), authority.between());
  }

  /** Signs it with its own key, which is new, so that no authority stands for it. */
  public Issued selfSign() {
    KeyPair keys = TestAuthority.newKeys();
    X500Principal name = TestAuthority.principal(commonName);
    X509Certificate certificate =
        TestAuthority.sign(name, keys, name, keys, from, until, this::addExtensions);
    return new Issued(certificate, keys.getPrivate());
  }

  private void addExtensions(JcaX509v3CertificateBuilder builder) throws CertIOException {
    if (!names.isEmpty()) {
      builder.addExtension(
          Extension.subjectAlternativeName,
          false,
          new GeneralNames(names.toArray(GeneralName[]::new)));
    }
    if (!purposes.isEmpty()) {
      builder.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
    }
  }

  /**
   * A certificate and its key.
   *
   * @param between its authority and those that follow, without the one that is trusted
   */
  public record Issued(X509Certificate certificate, PrivateKey key, List<X509Certificate> between) {
    /** Of an authority that is trusted itself. */
    public Issued(X509Certificate certificate, PrivateKey key) {
      this(certificate, key, List.of());
    }

    /**
     * Writes them, as PEM, to {@code name.pem} and {@code name.key} in place of what these held.
     */
    public Files write(Path directory, String name) {
      String certificates =
          Stream.concat(Stream.of(certificate), between.stream())
              .map(TestCertificate::pem)
              .collect(Collectors.joining());
      return new Files(
          TestAuthority.write(directory.resolve(name + ".pem"), certificates),
          ofOwner(
              TestAuthority.write(
                  directory.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()))));
    }

    /** Nodes tell of keys that others may read. */
    private static Path ofOwner(Path file) {
      try {
        return java.nio.file.Files.setPosixFilePermissions(
            file, PosixFilePermissions.fromString("rw-------"));
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  /** Where a certificate and its key were written to. */
  public record Files(Path certificate, Path key) {
    /** Returns what a gRPC server shows clients, of which it asks no certificate. */
    public ServerCredentials server() {
      return shown().build();
    }

    /** Returns what a gRPC server shows clients, which must have a certificate. */
    public ServerCredentials serverFor(Path authoritiesOfClients) {
      try {
        return shown()
            .trustManager(authoritiesOfClients.toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
            .build();
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    private TlsServerCredentials.Builder shown() {
      try {
        return TlsServerCredentials.newBuilder().keyManager(certificate.toFile(), key.toFile());
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }

  static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException failure) {
      throw new IllegalStateException(failure);
    }
  }

  static String pem(String kind, byte[] bytes) {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
  }
}
