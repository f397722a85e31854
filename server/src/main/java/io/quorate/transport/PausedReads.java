package io.quorate.transport;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * A connection from which nothing is read for a while: what its other end sends waits in the
 * sockets, and costs this node nothing. Used on the loop of the connection only.
 */
final class PausedReads extends ChannelOutboundHandlerAdapter {
  private final Channel channel;

  private PausedReads(Channel channel) {
    this.channel = channel;
  }

  /** Reads nothing more than what was read already, until {@link #end}. */
  static PausedReads begin(Channel channel) {
    PausedReads paused = new PausedReads(channel);
    channel.config().setAutoRead(false);
    var unused = channel.pipeline().addFirst(paused);
    return paused;
  }

  /** Handlers of TLS and HTTP/2 ask for more whenever a channel does not read by itself. */
  @Override
  public void read(ChannelHandlerContext context) {}

  /** Reads on; may be called from any thread. */
  void end() {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(this::end);
      return;
    }
    if (channel.pipeline().context(this) != null) {
      var unused = channel.pipeline().remove(this);
    }
    var unused = channel.config().setAutoRead(true);
    var unusedToo = channel.read(); // for a read that was asked for meanwhile
  }
}
