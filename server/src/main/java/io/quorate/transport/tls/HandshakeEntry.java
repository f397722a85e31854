package io.quorate.transport.tls;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.quorate.transport.LaneEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps back what a connection says until it is its turn to begin with TLS. */
final class HandshakeEntry extends ChannelInboundHandlerAdapter {
  /** The first message of TLS is shorter by far, and its sender awaits the answer. */
  private static final int BYTES_MAX = 1 << 15;

  private final HandshakeTurns turns;
  private final LaneEntry lane;
  private final Supplier<ChannelHandler> tls;

  /** What gRPC tells its handlers, for the one that is not there yet. */
  private final List<Object> told = new ArrayList<>();

  private final List<ByteBuf> read = new ArrayList<>();
  private int bytes;
  private boolean begun;
  private @Nullable Turn turn;

  HandshakeEntry(HandshakeTurns turns, Supplier<ChannelHandler> tls) {
    this.turns = turns;
    this.lane = new LaneEntry(turns.lane());
    this.tls = tls;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    Turn asked =
        new Turn(
            context.channel().remoteAddress(),
            () -> onLoop(context, () -> begin(context)),
            () -> onLoop(context, () -> end(context)));
    turn = asked;
    lane.enter(() -> turns.ask(asked));
  }

  /** At once if it is this one's: the turn is given on the lane, which most connections are on. */
  private static void onLoop(ChannelHandlerContext context, Runnable task) {
    if (context.executor().inEventLoop()) {
      task.run();
    } else {
      context.executor().execute(task);
    }
  }

  private void begin(ChannelHandlerContext context) {
    if (begun || context.isRemoved() || !context.channel().isActive()) {
      return;
    }
    begun = true;
    context.pipeline().addAfter(context.name(), null, tls.get());
    told.forEach(context::fireUserEventTriggered);
    List<ByteBuf> kept = List.copyOf(read);
    read.clear();
    kept.forEach(context::fireChannelRead);
    if (!kept.isEmpty()) {
      context.fireChannelReadComplete();
    }
    context.pipeline().remove(this);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (begun) {
      context.fireUserEventTriggered(event);
    } else {
      told.add(event);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (begun || !(message instanceof ByteBuf some)) {
      context.fireChannelRead(message);
      return;
    }
    read.add(some);
    bytes += some.readableBytes();
    if (bytes > BYTES_MAX) {
      end(context);
    }
  }

  private static void end(ChannelHandlerContext context) {
    var unused = context.channel().close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    leave();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    leave();
  }

  private void leave() {
    read.forEach(ReferenceCountUtil::release);
    read.clear();
    Turn left = turn;
    if (!begun && left != null) {
      lane.enter(() -> turns.leave(left));
    }
  }
}
