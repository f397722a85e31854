package io.quorate.transport.tls;

import io.grpc.util.AdvancedTlsX509TrustManager.SslSocketAndEnginePeerVerifier;
import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;

/**
 * Refuses revoked certificates in the handshake, after gRPC's trust manager has accepted the chain.
 *
 * <p>It looks up each certificate that the other side sent, even one that the JDK did not need for
 * its path, because the trust manager does not say which path it took.
 */
final class RevocationCheck implements SslSocketAndEnginePeerVerifier {
  private volatile Revocations revoked = Revocations.NONE;

  /** Replaces the lists, for connections that begin from now on. */
  void use(Revocations next) {
    revoked = next;
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] shown, String type, Socket socket)
      throws CertificateException {
    verify(shown);
  }

  @Override
  public void verifyPeerCertificate(X509Certificate[] shown, String type, SSLEngine engine)
      throws CertificateException {
    verify(shown);
  }

  private void verify(X509Certificate[] shown) throws CertificateException {
    String why = revoked.whyRevoked(List.of(shown));
    if (why != null) {
      // Netty derives the alert certificate_revoked from this cause.
      throw new CertificateException(
          why, new CertPathValidatorException(why, null, null, -1, BasicReason.REVOKED));
    }
  }
}
