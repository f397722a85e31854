package io.quorate.transport.http;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Hands on the next request of a connection once the answer to the last is on its way, and reads no
 * more until then: what a connection has asked, and not fetched, is bounded.
 */
final class InTurn extends ChannelDuplexHandler {
  /** Browsers and Prometheus send one; what sends more than these wants harm. */
  static final int WAITING_MAX = 16;

  private final RequestTime time;
  private final Queue<FullHttpRequest> waiting = new ArrayDeque<>();
  private boolean answering;

  InTurn(RequestTime time) {
    this.time = time;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    time.arrived();
    FullHttpRequest request = (FullHttpRequest) message;
    if (!answering) {
      answering = true;
      context.fireChannelRead(request);
    } else if (waiting.size() < WAITING_MAX) {
      waiting.add(request);
    } else {
      ReferenceCountUtil.release(request);
      ChannelFuture unused = context.close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (!answering) {
      context.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object answer, ChannelPromise written) {
    ChannelFuture unused =
        context
            .write(answer, written.unvoid())
            .addListener(
                done -> {
                  if (done.isSuccess()) {
                    // As a task: many requests in line would otherwise nest as many calls.
                    context.executor().execute(() -> next(context));
                  } else {
                    ChannelFuture unusedToo = context.close();
                  }
                });
  }

  private void next(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      return;
    }
    FullHttpRequest request = waiting.poll();
    if (request == null) {
      answering = false;
      context.read();
    } else {
      context.fireChannelRead(request);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }
}
