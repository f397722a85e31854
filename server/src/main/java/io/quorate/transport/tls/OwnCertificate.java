package io.quorate.transport.tls;

import java.security.cert.X509Certificate;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node's own certificate has to be, so that other nodes with the same rules take it: what
 * they would refuse one by one is told at once.
 */
final class OwnCertificate {
  private final NodeCertificates rules;

  /** Null until it is known. Written on the lane, too, while files are read elsewhere. */
  private volatile @Nullable ClaimedNode self;

  OwnCertificate(NodeCertificates rules) {
    this.rules = rules;
  }

  void isOf(ClaimedNode node) {
    self = node;
  }

  /**
   * Returns it as it is.
   *
   * @throws TlsFilesException if other nodes would not take it for this one
   */
  TlsMaterial checked(TlsMaterial material) throws TlsFilesException {
    X509Certificate shown = material.chain().get(0);
    String refusal = rules.refusal(shown, self);
    if (refusal != null) {
      throw new TlsFilesException(
          Set.of(TlsFile.CERTIFICATE),
          "tls.certificate: other nodes would not take this one for a node of their cluster: "
              + refusal
              + "; have another certificate issued");
    }
    return material;
  }
}
