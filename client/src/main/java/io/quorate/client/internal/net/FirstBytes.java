package io.quorate.client.internal.net;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;

/**
 * Sees whether a connection in plaintext ends before a byte has come from the node, which then was
 * not sent a request either: a node that expects TLS closes it so. gRPC says of that only that the
 * network is closed, as of a node that was killed.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {
  /** A connection ended before a byte came. */
  static final class NoneException extends IOException {
    private static final long serialVersionUID = 1;

    NoneException() {
      super("closed before the first byte");
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    context.fireChannelRead(bytes);
    context.pipeline().remove(this);
  }

  /** A reset, since what this client has sent was not read; that it ends is told by itself. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
    context.fireExceptionCaught(failure instanceof IOException ? new NoneException() : failure);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    context.fireExceptionCaught(new NoneException());
    context.fireChannelInactive();
  }
}
