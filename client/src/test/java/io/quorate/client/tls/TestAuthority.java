package io.quorate.client.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An authority of its own that issues certificates for tests; keys are of the curve P-256.
 *
 * <pre>{@code
 * TestAuthority authority = new TestAuthority("authority");
 * Path trusted = TestAuthority.write(directory.resolve("ca.pem"), authority);
 * TestCertificate.Files node =
 *     authority.certificate("node").dns("localhost").ip("127.0.0.1").issue().write(directory, "node");
 * }</pre>
 */
public final class TestAuthority {
  private static final Duration VALIDITY = Duration.ofDays(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final X500Principal name;
  private final KeyPair keys = newKeys();
  private final X509Certificate certificate;
  private final List<X509Certificate> between;

  /**
   * @param name that it has in certificates; authorities of one name differ by their keys
   */
  public TestAuthority(String name) {
    this.name = principal(name);
    certificate = sign(this.name, keys, TestAuthority::asAuthority);
    between = List.of();
  }

  private TestAuthority(TestAuthority issuer, String name, Extensions extensions) {
    this.name = principal(name);
    certificate = issuer.sign(this.name, keys, extensions);
    between =
        Stream.concat(Stream.of(certificate), issuer.between.stream()).collect(Collectors.toList());
  }

  /** Makes an authority that is trusted for a certificate of this one. */
  public TestAuthority authority(String name) {
    return new TestAuthority(this, name, TestAuthority::asAuthority);
  }

  /** Makes an authority whose lists of revoked certificates do not count. */
  public TestAuthority authorityWithoutLists(String name) {
    return new TestAuthority(
        this,
        name,
        builder -> {
          builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
        });
  }

  /** Makes something that signs certificates with one of this authority that does not allow it. */
  public TestAuthority pretender(String name) {
    return new TestAuthority(
        this,
        name,
        builder ->
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false)));
  }

  private static void asAuthority(JcaX509v3CertificateBuilder builder) throws CertIOException {
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  /** Its own certificate, by which it is trusted. */
  public X509Certificate certificate() {
    return certificate;
  }

  /** Its own certificate and those that follow up to, but without, the one that is trusted. */
  List<X509Certificate> between() {
    return between;
  }

  /** Begins a list of certificates that it has revoked. */
  public TestRevocations revocations() {
    return new TestRevocations(name, keys.getPrivate());
  }

  /** Begins a certificate for this common name; valid since yesterday, and until tomorrow. */
  public TestCertificate certificate(String commonName) {
    return new TestCertificate(this, commonName);
  }

  /** Writes the certificates of authorities to one file, as PEM, in place of what it held. */
  public static Path write(Path file, TestAuthority... authorities) {
    return write(
        file,
        Arrays.stream(authorities)
            .map(each -> TestCertificate.pem(each.certificate))
            .collect(Collectors.joining()));
  }

  static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  static X500Principal principal(String commonName) {
    return new X500Principal("CN=" + commonName);
  }

  static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }

  /** What a certificate says beside its name, its key and its validity. */
  interface Extensions {
    void addTo(JcaX509v3CertificateBuilder builder) throws CertIOException;
  }

  private X509Certificate sign(X500Principal subject, KeyPair subjectKeys, Extensions extensions) {
    Instant now = Instant.now();
    return sign(subject, subjectKeys, now.minus(VALIDITY), now.plus(VALIDITY), extensions);
  }

  X509Certificate sign(
      X500Principal subject,
      KeyPair subjectKeys,
      Instant from,
      Instant until,
      Extensions extensions) {
    return sign(name, keys, subject, subjectKeys, from, until, extensions);
  }

  static X509Certificate sign(
      X500Principal issuer,
      KeyPair issuerKeys,
      X500Principal subject,
      KeyPair subjectKeys,
      Instant from,
      Instant until,
      Extensions extensions) {
    try {
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer,
              new BigInteger(64, RANDOM).add(BigInteger.ONE),
              Date.from(from),
              Date.from(until),
              subject,
              subjectKeys.getPublic());
      extensions.addTo(builder);
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
