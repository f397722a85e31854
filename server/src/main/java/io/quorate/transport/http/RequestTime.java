package io.quorate.transport.http;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose request takes too long to arrive as a whole, however steadily its bytes
 * come. A connection without a request may stay; a new one must bring its first.
 */
final class RequestTime extends ChannelInboundHandlerAdapter {
  private final long millisMax;

  /** Runs from the first byte of a request to its last; null between two. */
  private @Nullable Future<?> over;

  RequestTime(long millisMax) {
    this.millisMax = millisMax;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    begin(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    if (over == null) {
      begin(context);
    }
    context.fireChannelRead(bytes);
  }

  /** A request has arrived as a whole. */
  void arrived() {
    if (over != null) {
      boolean unused = over.cancel(false);
      over = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    arrived();
  }

  private void begin(ChannelHandlerContext context) {
    over =
        context
            .executor()
            .schedule(
                () -> {
                  ChannelFuture unused = context.close();
                },
                millisMax,
                TimeUnit.MILLISECONDS);
  }
}
