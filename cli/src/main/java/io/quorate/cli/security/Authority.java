package io.quorate.cli.security;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates to nodes and clients; all keys are of the curve P-256. */
public final class Authority {
  /** Marks a certificate as that of a node. */
  static final String NODE_URI = "quorate:node";

  /** Before the name of a client. */
  static final String USER_URI = "quorate:user/";

  static final String SIGNATURE = "SHA256withECDSA";

  private static final String CURVE = "secp256r1";
  private static final int SERIAL_BITS = 127;

  /** RFC 5280, appendix A.1: ub-common-name. */
  private static final int COMMON_NAME_CHARS_MAX = 64;

  /** A certificate is used on machines whose clocks are behind. */
  private static final Duration CLOCKS_BEHIND_MAX = Duration.ofHours(1);

  private final Issued own;
  private final SecureRandom random;

  private Authority(Issued own, SecureRandom random) {
    this.own = own;
    this.random = random;
  }

  /** Returns one that has a certificate already. */
  static Authority of(X509Certificate certificate, PrivateKey key) {
    return new Authority(new Issued(certificate, key), new SecureRandom());
  }

  /** Makes a key, and a certificate that is valid from now on. */
  static Authority create(String commonName, Instant now, Duration valid) {
    SecureRandom random = new SecureRandom();
    KeyPair keys = newKeys(random);
    X500Name name = name(commonName);
    X509Certificate certificate =
        sign(
            new JcaX509v3CertificateBuilder(
                name,
                serial(random),
                from(now),
                Date.from(now.plus(valid)),
                name,
                keys.getPublic()),
            keys.getPrivate(),
            (builder, identifiers) -> {
              SubjectKeyIdentifier identifier =
                  identifiers.createSubjectKeyIdentifier(keys.getPublic());
              builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
              builder.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
              builder.addExtension(Extension.subjectKeyIdentifier, false, identifier);
              builder.addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new AuthorityKeyIdentifier(identifier.getKeyIdentifier()));
            });
    return new Authority(new Issued(certificate, keys.getPrivate()), random);
  }

  Issued own() {
    return own;
  }

  /** Issues a certificate for a node, which is a server and a client of other nodes. */
  Issued issueNode(NodeHosts node, Instant now, Duration valid) {
    List<GeneralName> names = new ArrayList<>();
    for (String host : node.hosts()) {
      names.add(
          new GeneralName(
              NodeHosts.isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
    }
    names.add(new GeneralName(GeneralName.uniformResourceIdentifier, NODE_URI));
    String first = node.hosts().getFirst();
    return issue(
        first.length() <= COMMON_NAME_CHARS_MAX ? first : "node",
        names,
        List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth),
        now,
        valid);
  }

  /** Issues a certificate for a client, by which no node can be run. */
  Issued issueClient(ClientName client, Instant now, Duration valid) {
    return issue(
        client.text(),
        List.of(new GeneralName(GeneralName.uniformResourceIdentifier, USER_URI + client.text())),
        List.of(KeyPurposeId.id_kp_clientAuth),
        now,
        valid);
  }

  private Issued issue(
      String commonName,
      List<GeneralName> names,
      List<KeyPurposeId> purposes,
      Instant now,
      Duration valid) {
    KeyPair keys = newKeys(random);
    X509Certificate certificate =
        sign(
            new JcaX509v3CertificateBuilder(
                X500Name.getInstance(own.certificate().getSubjectX500Principal().getEncoded()),
                serial(random),
                from(now),
                until(now.plus(valid)),
                name(commonName),
                keys.getPublic()),
            own.key(),
            (builder, identifiers) -> {
              builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
              builder.addExtension(
                  Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
              builder.addExtension(
                  Extension.extendedKeyUsage,
                  false,
                  new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
              builder.addExtension(
                  Extension.subjectAlternativeName,
                  false,
                  new GeneralNames(names.toArray(GeneralName[]::new)));
              builder.addExtension(
                  Extension.subjectKeyIdentifier,
                  false,
                  identifiers.createSubjectKeyIdentifier(keys.getPublic()));
              builder.addExtension(
                  Extension.authorityKeyIdentifier, false, identifierOfAuthority(identifiers));
            });
    return new Issued(certificate, keys.getPrivate());
  }

  /** Its own, if its certificate says one: authorities that others made choose it as they like. */
  private AuthorityKeyIdentifier identifierOfAuthority(JcaX509ExtensionUtils identifiers)
      throws CertIOException {
    byte[] said = own.certificate().getExtensionValue(Extension.subjectKeyIdentifier.getId());
    if (said == null) {
      return identifiers.createAuthorityKeyIdentifier(own.certificate().getPublicKey());
    }
    byte[] inside = ASN1OctetString.getInstance(said).getOctets();
    return new AuthorityKeyIdentifier(SubjectKeyIdentifier.getInstance(inside).getKeyIdentifier());
  }

  private static Date from(Instant now) {
    return Date.from(now.minus(CLOCKS_BEHIND_MAX));
  }

  /** A certificate ends with that of its authority: after it, no node would take it. */
  private Date until(Instant wanted) {
    Instant last = own.certificate().getNotAfter().toInstant();
    return Date.from(wanted.isAfter(last) ? last : wanted);
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }

  private static X500Name name(String commonName) {
    return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, commonName).build();
  }

  private static KeyPair newKeys(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this Java has no keys of curve " + CURVE, impossible);
    }
  }

  private interface Extensions {
    void addTo(JcaX509v3CertificateBuilder builder, JcaX509ExtensionUtils identifiers)
        throws CertIOException;
  }

  private static X509Certificate sign(
      JcaX509v3CertificateBuilder builder, PrivateKey key, Extensions extensions) {
    try {
      extensions.addTo(builder, new JcaX509ExtensionUtils());
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    } catch (CertIOException | OperatorCreationException | GeneralSecurityException impossible) {
      throw new IllegalStateException("cannot issue a certificate", impossible);
    }
  }
}
