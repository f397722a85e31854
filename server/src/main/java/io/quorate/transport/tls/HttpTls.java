package io.quorate.transport.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How connections of probes and scrapers begin. None of them has to show a certificate; they may be
 * asked for one, and one that is shown has to be good.
 */
public final class HttpTls {
  /** Plaintext. */
  public static final HttpTls OFF = new HttpTls(null, true);

  /** A session that goes on in another connection is not judged again, so none does for long. */
  private static final int RESUMED_WITHIN_SECONDS = 1;

  private final @Nullable SslContext tls;
  private final boolean takesPlaintext;

  private HttpTls(@Nullable SslContext tls, boolean takesPlaintext) {
    this.tls = tls;
    this.takesPlaintext = takesPlaintext;
  }

  /**
   * @param asked judges the certificates that are asked for; null if none are
   */
  static HttpTls of(
      X509ExtendedKeyManager keys,
      @Nullable X509ExtendedTrustManager asked,
      String version,
      boolean takesPlaintext) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK).protocols(version);
      if (asked != null) {
        builder
            .trustManager(asked)
            .clientAuth(ClientAuth.OPTIONAL)
            .sessionTimeout(RESUMED_WITHIN_SECONDS);
      }
      return new HttpTls(builder.build(), takesPlaintext);
    } catch (SSLException impossible) {
      throw new IllegalStateException("no TLS for HTTP", impossible);
    }
  }

  /** Puts what is needed before all that is added to the connection later. */
  public void addTo(Channel connection) {
    if (tls != null) {
      connection
          .pipeline()
          .addLast(
              takesPlaintext ? new OptionalSslHandler(tls) : tls.newHandler(connection.alloc()));
    }
  }

  /** Whether a connection has TLS. */
  public static boolean isOn(Channel connection) {
    return connection.pipeline().get(SslHandler.class) != null;
  }

  /** The certificate that was shown on a connection, and found good; null if none was. */
  public static @Nullable X509Certificate shown(Channel connection) {
    SslHandler tls = connection.pipeline().get(SslHandler.class);
    try {
      Certificate[] chain = tls == null ? null : tls.engine().getSession().getPeerCertificates();
      return chain != null && chain[0] instanceof X509Certificate shown ? shown : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }
}
