package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands where a listening socket hands on what it has accepted, and closes what is too many: also
 * a connection on which nothing is ever said costs memory. Used on the loop of that socket alone.
 */
final class Acceptance extends ChannelInboundHandlerAdapter {
  private final int connectionsMax;
  private final Runnable onFull;
  private int open;

  Acceptance(int connectionsMax, Runnable onFull) {
    this.connectionsMax = connectionsMax;
    this.onFull = onFull;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (!(accepted instanceof Channel connection)) {
      context.fireChannelRead(accepted);
      return;
    }
    if (open >= connectionsMax) {
      onFull.run();
      connection.unsafe().closeForcibly();
      return;
    }
    open++;
    var unused =
        connection.closeFuture().addListener(closed -> context.executor().execute(() -> open--));
    context.fireChannelRead(connection);
  }
}
