package io.quorate.client.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A list of revoked certificates that {@link TestAuthority} is about to sign. */
public final class TestRevocations {
  private final X500Principal issuer;
  private final PrivateKey key;
  private final List<X509Certificate> revoked = new ArrayList<>();
  private final List<X509Certificate> ofAnother = new ArrayList<>();
  private Instant nextUpdate = Instant.now().plus(Duration.ofDays(1));
  private boolean delta;

  TestRevocations(X500Principal issuer, PrivateKey key) {
    this.issuer = issuer;
    this.key = key;
  }

  /** Names certificates. */
  public TestRevocations of(X509Certificate... certificates) {
    revoked.addAll(Arrays.asList(certificates));
    return this;
  }

  /** Names a certificate that another authority has issued, as an indirect list does. */
  public TestRevocations ofAnother(X509Certificate certificate) {
    ofAnother.add(certificate);
    return this;
  }

  /** Says when a newer list is due; default: tomorrow. */
  public TestRevocations until(Instant nextUpdate) {
    this.nextUpdate = nextUpdate;
    return this;
  }

  /** Says that the list has only what has changed since another one. */
  public TestRevocations delta() {
    delta = true;
    return this;
  }

  /** Has each list signed, and writes all to one file, as PEM, in place of what it held. */
  public static Path write(Path file, TestRevocations... lists) {
    return TestAuthority.write(
        file, Arrays.stream(lists).map(TestRevocations::pem).collect(Collectors.joining()));
  }

  private String pem() {
    try {
      Date now = Date.from(Instant.now());
      JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(issuer, now);
      builder.setNextUpdate(Date.from(nextUpdate));
      for (X509Certificate each : revoked) {
        builder.addCRLEntry(each.getSerialNumber(), now, CRLReason.keyCompromise);
      }
      for (X509Certificate each : ofAnother) {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
            Extension.certificateIssuer,
            true,
            new GeneralNames(
                new GeneralName(X500Name.getInstance(each.getIssuerX500Principal().getEncoded()))));
        builder.addCRLEntry(each.getSerialNumber(), now, extensions.generate());
      }
      if (delta) {
        builder.addExtension(Extension.deltaCRLIndicator, true, new ASN1Integer(1));
      }
      return TestCertificate.pem(
          "X509 CRL",
          builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)).getEncoded());
    } catch (OperatorCreationException | IOException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
