package io.quorate.transport.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node proves with who it is, and by whom it lets others prove that.
 *
 * @param chain the node's own certificate first
 * @param authorities each of which is trusted
 */
record TlsMaterial(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities) {
  private static final String FOR_SERVERS = "1.3.6.1.5.5.7.3.1";
  private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
  private static final String FOR_ALL = "2.5.29.37.0";

  /** When the first of the certificates that the node shows ceases to be valid. */
  Instant expires() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Instant::compareTo)
        .orElseThrow();
  }

  /**
   * Why other nodes with the same authorities would refuse it; null if they would not. What they
   * would refuse one by one later is told at once.
   */
  @Nullable String whyUnfit(long nowMillis) {
    try {
      if (!isOfKey()) {
        return "the key is not that of the certificate; they have to be made together";
      }
      Instant now = Instant.ofEpochMilli(nowMillis);
      for (X509Certificate each : chain) {
        if (now.isBefore(each.getNotBefore().toInstant())) {
          return named(each) + " is valid from " + each.getNotBefore().toInstant() + " on only";
        }
        if (now.isAfter(each.getNotAfter().toInstant())) {
          return named(each) + " expired at " + each.getNotAfter().toInstant() + "; renew it";
        }
      }
      List<String> uses = chain.get(0).getExtendedKeyUsage();
      if (uses != null
          && !uses.contains(FOR_ALL)
          && !(uses.contains(FOR_SERVERS) && uses.contains(FOR_CLIENTS))) {
        return named(chain.get(0))
            + " is not for both servers and clients (its extended key usage), and a node is both";
      }
      validate();
      return null;
    } catch (CertificateParsingException malformed) {
      return named(chain.get(0)) + " cannot be read: " + malformed.getMessage();
    } catch (GeneralSecurityException untrusted) {
      return named(chain.get(0))
          + " is not of these authorities ("
          + untrusted.getMessage()
          + "), so no other node would trust it; put those that issued it between it and an"
          + " authority into the file of the certificate";
    }
  }

  private void validate() throws GeneralSecurityException {
    PKIXParameters parameters =
        new PKIXParameters(
            authorities.stream()
                .map(each -> new TrustAnchor(each, null))
                .collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false);
    List<X509Certificate> path =
        chain.stream().filter(each -> !authorities.contains(each)).toList();
    if (!path.isEmpty()) {
      Object unused =
          CertPathValidator.getInstance("PKIX")
              .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    }
  }

  private boolean isOfKey() throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(chain.get(0).getPublicKey().getAlgorithm())) {
      return false;
    }
    byte[] any = new byte[32];
    Signature signer = Signature.getInstance(algorithm());
    signer.initSign(key);
    signer.update(any);
    byte[] signed = signer.sign();
    Signature verifier = Signature.getInstance(algorithm());
    verifier.initVerify(chain.get(0).getPublicKey());
    verifier.update(any);
    return verifier.verify(signed);
  }

  private String algorithm() {
    return switch (key.getAlgorithm()) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> key.getAlgorithm();
    };
  }

  private static String named(X509Certificate each) {
    return "certificate of '" + each.getSubjectX500Principal() + "'";
  }
}
