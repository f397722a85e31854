package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSslServerSessionContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has no session of TLS resumed. Who resumes one shows no certificate again, though it may have
 * expired since, or its authority may be trusted no more.
 *
 * <p>Of tickets BoringSSL lets nothing be switched off; but it resumes a session only within the
 * context that it was begun in, so that each connection has a context of its own.
 */
final class Sessions {
  private final SslContext tls;
  private final AtomicLong contexts = new AtomicLong();

  Sessions(SslContext tls) {
    this.tls = tls;
  }

  /** For the connection that begins next. */
  void forget() {
    if (tls.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      byte[] next = ByteBuffer.allocate(Long.BYTES).putLong(contexts.getAndIncrement()).array();
      if (!sessions.setSessionIdContext(next)) {
        throw new IllegalStateException("TLS takes no context of sessions");
      }
    }
  }
}
