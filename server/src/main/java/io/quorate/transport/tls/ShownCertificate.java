package io.quorate.transport.tls;

import io.grpc.Attributes;
import io.grpc.Grpc;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** The certificate that the other end of a connection has shown, and that was found good. */
public final class ShownCertificate {
  private ShownCertificate() {}

  /**
   * Whose certificate it is, as it says; null if none was shown.
   *
   * @param connection attributes of a call on it
   */
  public static @Nullable String subject(Attributes connection) {
    X509Certificate shown = of(connection);
    return shown == null ? null : shown.getSubjectX500Principal().getName();
  }

  static @Nullable X509Certificate of(Attributes connection) {
    SSLSession session = connection.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    try {
      Certificate[] chain = session == null ? null : session.getPeerCertificates();
      return chain != null && chain[0] instanceof X509Certificate shown ? shown : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}
