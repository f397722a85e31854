package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSslCertificateException;
import io.grpc.netty.shaded.io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Tells the other side why its certificate is refused, with the alert for that reason (RFC 8446,
 * section 6.2). Netty knows three of the reasons, and sends {@code internal_error} for all others,
 * which reads as if this node was at fault.
 */
final class AlertedTrust extends X509ExtendedTrustManager {
  private static final Set<CertPathValidatorException.Reason> KNOWN_TO_NETTY =
      Set.of(BasicReason.EXPIRED, BasicReason.NOT_YET_VALID, BasicReason.REVOKED);

  private final X509ExtendedTrustManager trust;

  AlertedTrust(X509ExtendedTrustManager trust) {
    this.trust = trust;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine)
      throws CertificateException {
    alerted(() -> trust.checkClientTrusted(shown, type, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine)
      throws CertificateException {
    alerted(() -> trust.checkServerTrusted(shown, type, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket)
      throws CertificateException {
    alerted(() -> trust.checkClientTrusted(shown, type, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket)
      throws CertificateException {
    alerted(() -> trust.checkServerTrusted(shown, type, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] shown, String type) throws CertificateException {
    alerted(() -> trust.checkClientTrusted(shown, type));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] shown, String type) throws CertificateException {
    alerted(() -> trust.checkServerTrusted(shown, type));
  }

  /**
   * Returns none, so that the other side is not told which authorities are trusted. Netty would ask
   * once, when a node starts, and go on to name those of that time: clients that have a certificate
   * of a newer authority would then show none, since theirs is not asked for.
   */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private interface Check {
    void run() throws CertificateException;
  }

  private static void alerted(Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException refused) {
      throw alerted(refused);
    }
  }

  private static CertificateException alerted(CertificateException refused) {
    if (!OpenSsl.isAvailable()) {
      return refused; // the JDK's TLS chooses its alerts itself
    }
    int code = CertificateVerifier.X509_V_ERR_CERT_REJECTED;
    for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException known
          && KNOWN_TO_NETTY.contains(known.getReason())) {
        return refused;
      }
      if (cause instanceof CertPathBuilderException) {
        code = CertificateVerifier.X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
      }
    }
    return new OpenSslCertificateException(refused.getMessage(), refused, code);
  }
}
