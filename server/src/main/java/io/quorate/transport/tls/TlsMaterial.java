package io.quorate.transport.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a node proves with who it is, and by whom it lets others prove that.
 *
 * @param chain the node's own certificate first
 * @param authorities each of which is trusted, unless it is revoked
 */
record TlsMaterial(
    List<X509Certificate> chain,
    PrivateKey key,
    List<X509Certificate> authorities,
    Revocations revoked) {
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

  /** Returns when what a file says ceases to be valid; null if it has no end. */
  @Nullable Instant ends(TlsFile file) {
    return switch (file) {
      case CERTIFICATE -> expires();
      case KEY -> null;
      case AUTHORITIES ->
          authorities.stream()
              .map(each -> each.getNotAfter().toInstant())
              .min(Instant::compareTo)
              .orElseThrow();
      case REVOKED -> revoked.nextUpdate();
    };
  }

  /** Whether a file says the same in both. */
  boolean saysTheSame(TlsFile file, TlsMaterial other) {
    return switch (file) {
      case CERTIFICATE -> chain.equals(other.chain);
      case KEY -> key.equals(other.key);
      case AUTHORITIES -> authorities.equals(other.authorities);
      case REVOKED -> revoked.equals(other.revoked);
    };
  }

  /** Returns the authorities that no list names. */
  List<X509Certificate> trusted() {
    return authorities.stream().filter(each -> revoked.whyRevoked(each) == null).toList();
  }

  /**
   * Says why a node cannot use the lists of revoked certificates; null if it can. What is in use
   * already stays usable when it gets out of date or is revoked, so that new files are still taken.
   *
   * @param inUse what the node has been using; null if it starts
   */
  @Nullable String whyRevocationsUnfit(long nowMillis, @Nullable TlsMaterial inUse) {
    List<X509Certificate> signers = new ArrayList<>(authorities);
    signers.addAll(chain.subList(1, chain.size())); // each the authority of the one before it
    String unfit = revoked.whyUnfit(signers);
    if (unfit == null) {
      List<X509CRL> known = inUse == null ? List.of() : inUse.revoked.lists();
      unfit = revoked.without(known).whyOutdated(nowMillis);
    }
    if (unfit == null && (inUse == null || !chain.equals(inUse.chain))) {
      String own = revoked.whyRevoked(chain);
      unfit = own == null ? null : own + ", and is in tls.certificate; renew it";
    }
    return unfit;
  }

  /** Says what an operator has to put right, although the node goes on; null if nothing. */
  @Nullable String concern(long nowMillis) {
    String own = revoked.whyRevoked(chain);
    if (own != null) {
      return own + ", and this node shows it, so that others refuse it: renew tls.certificate";
    }
    String ended = whyNotInTime(Instant.ofEpochMilli(nowMillis));
    if (ended != null) {
      return "tls.certificate: " + ended + "; others refuse it. What the other files say is taken";
    }
    String outdated = revoked.whyOutdated(nowMillis);
    return outdated == null ? null : "tls.revoked: " + outdated + "; what it says still holds";
  }

  /**
   * Why other nodes with the same authorities would refuse it; null if they would not. What they
   * would refuse one by one later is told at once. That a certificate in use has expired is no
   * reason not to take new authorities and lists: that others are revoked has to hold here, too.
   *
   * @param inUse what the node has been using; null if it starts
   */
  @Nullable String whyUnfit(long nowMillis, @Nullable TlsMaterial inUse) {
    try {
      if (!isOfKey()) {
        return "the key is not that of the certificate; they have to be made together";
      }
      boolean isInUse = inUse != null && chain.equals(inUse.chain) && key.equals(inUse.key);
      Instant now = Instant.ofEpochMilli(nowMillis);
      String ended = whyNotInTime(now);
      if (ended != null && !isInUse) {
        return ended;
      }
      List<String> uses = chain.get(0).getExtendedKeyUsage();
      if (uses != null
          && !uses.contains(FOR_ALL)
          && !(uses.contains(FOR_SERVERS) && uses.contains(FOR_CLIENTS))) {
        return named(chain.get(0))
            + " is not for both servers and clients (its extended key usage), and a node is both";
      }
      validate(ended == null ? now : expires());
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

  private @Nullable String whyNotInTime(Instant now) {
    for (X509Certificate each : chain) {
      if (now.isBefore(each.getNotBefore().toInstant())) {
        return named(each) + " is valid from " + each.getNotBefore().toInstant() + " on only";
      }
      if (now.isAfter(each.getNotAfter().toInstant())) {
        return named(each) + " expired at " + each.getNotAfter().toInstant() + "; renew it";
      }
    }
    return null;
  }

  private void validate(Instant at) throws GeneralSecurityException {
    PKIXParameters parameters =
        new PKIXParameters(
            trusted().stream()
                .map(each -> new TrustAnchor(each, null))
                .collect(Collectors.toSet()));
    parameters.setDate(Date.from(at));
    parameters.setRevocationEnabled(false);
    List<X509Certificate> path = chain.stream().filter(each -> !trusted().contains(each)).toList();
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
