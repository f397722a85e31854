package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Puts what begins TLS into a connection, before itself, and tells when that fails: gRPC's handlers
 * let the failure through to it.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
  /** Told, on the loop of the connection, that TLS did not come about. */
  @FunctionalInterface
  interface Failures {
    void failed(@Nullable SocketAddress from, Throwable cause);
  }

  private final ChannelHandler tls;
  private final Failures failures;
  private boolean told;

  HandshakeWatch(ChannelHandler tls, Failures failures) {
    this.tls = tls;
    this.failures = failures;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addBefore(context.name(), null, tls);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    SslHandler handler = context.pipeline().get(SslHandler.class);
    Future<?> handshake = handler == null ? null : handler.handshakeFuture();
    if (!told && (handshake == null || !handshake.isSuccess())) {
      told = true;
      failures.failed(context.channel().remoteAddress(), cause);
    }
    context.fireExceptionCaught(cause);
  }
}
