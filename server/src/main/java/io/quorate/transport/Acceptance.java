package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands where a listening socket hands on what it has accepted, and closes what is too many: also
 * a connection on which nothing is ever said costs memory. Used on the loop of that socket alone.
 */
final class Acceptance extends ChannelInboundHandlerAdapter {
  private final AcceptedConnections connections;

  Acceptance(AcceptedConnections connections) {
    this.connections = connections;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object accepted) {
    if (!(accepted instanceof Channel connection)) {
      context.fireChannelRead(accepted);
    } else if (connections.accept(connection, context.executor())) {
      context.fireChannelRead(connection);
    } else {
      connection.unsafe().closeForcibly();
    }
  }
}
