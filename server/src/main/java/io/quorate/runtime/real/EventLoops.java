package io.quorate.runtime.real;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.quorate.model.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The threads of a node: one event loop per lane, which is also the loop that serves the lane's
 * connections, so that a message costs no change of thread.
 *
 * <p>The threads keep the process alive until {@link #close}.
 */
public final class EventLoops implements AutoCloseable {
  private static final long CLOSE_SECONDS_MAX = 10;

  private final EventLoopGroup group;
  private final List<EventLoopLane> lanes;
  private final boolean epoll;
  private final AtomicBoolean closing;

  private EventLoops(
      EventLoopGroup group, List<EventLoopLane> lanes, boolean epoll, AtomicBoolean closing) {
    this.group = group;
    this.lanes = lanes;
    this.epoll = epoll;
    this.closing = closing;
  }

  /**
   * Starts the loops: over epoll where there is one, else over NIO.
   *
   * @param name beginning of the threads' names
   * @param onBroken told, on the lane, what a task of it threw, or that its thread ended though
   *     nobody closed it. The lane runs nothing after that: its state can no longer be trusted, and
   *     this callback must stop the process
   */
  public static EventLoops start(int threads, String name, Consumer<Throwable> onBroken) {
    return start(threads, name, onBroken, Epoll.isAvailable());
  }

  static EventLoops start(int threads, String name, Consumer<Throwable> onBroken, boolean epoll) {
    AtomicBoolean closing = new AtomicBoolean();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            threads,
            Watched.threads(new DefaultThreadFactory(name), closing::get, onBroken),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    List<EventLoopLane> lanes = new ArrayList<>();
    for (EventExecutor each : group) {
      lanes.add(new EventLoopLane((EventLoop) each, onBroken));
    }
    return new EventLoops(group, List.copyOf(lanes), epoll, closing);
  }

  /** One per thread. */
  public List<EventLoopLane> lanes() {
    return lanes;
  }

  /** All loops, for servers and channels. */
  public EventLoopGroup group() {
    return group;
  }

  public Class<? extends ServerChannel> serverChannelType() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  public Class<? extends Channel> channelType() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  /** Runs what is queued and ends the threads. Not to be called on a lane: it waits for them. */
  @Override
  public void close() {
    for (EventLoopLane lane : lanes) {
      Invariant.hold(!lane.isCurrent(), "a lane cannot wait for its own end");
    }
    closing.set(true);
    boolean unused =
        group
            .shutdownGracefully(0, CLOSE_SECONDS_MAX, TimeUnit.SECONDS)
            .awaitUninterruptibly(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
  }
}
