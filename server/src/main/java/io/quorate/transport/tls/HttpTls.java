package io.quorate.transport.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** How connections of probes and scrapers begin. None of them has to show a certificate. */
public final class HttpTls {
  /** Plaintext. */
  public static final HttpTls OFF = new HttpTls(null, true);

  private final @Nullable SslContext tls;
  private final boolean takesPlaintext;

  private HttpTls(@Nullable SslContext tls, boolean takesPlaintext) {
    this.tls = tls;
    this.takesPlaintext = takesPlaintext;
  }

  static HttpTls of(X509ExtendedKeyManager keys, String version, boolean takesPlaintext) {
    try {
      SslContext tls =
          SslContextBuilder.forServer(keys).sslProvider(SslProvider.JDK).protocols(version).build();
      return new HttpTls(tls, takesPlaintext);
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
}
