package io.quorate.client.internal.net;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import io.grpc.netty.shaded.io.netty.util.concurrent.EventExecutor;
import io.quorate.client.QuorateClient;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that owns everything: all connections' I/O, and all state of the client. A daemon,
 * so that a client left open does not keep the process alive.
 */
public class Loop {
  private static final Logger LOG = LoggerFactory.getLogger(QuorateClient.class);

  private static final String THREAD = "quorate-client";

  private final String threadName;
  private final String client;
  private final EventLoopGroup group;
  private final EventExecutor thread;
  private final boolean epoll = Epoll.isAvailable();
  private final long originNanos = System.nanoTime();

  public Loop() {
    this("");
  }

  /**
   * @param name of the client; empty: none
   */
  public Loop(String name) {
    threadName = name.isEmpty() ? THREAD : THREAD + "-" + name;
    client = spokenBy(name);
    group =
        new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory(threadName, true),
            epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    thread = group.next();
  }

  /** Nanoseconds since the client was built; never negative, never going back. */
  public long nanos() {
    return System.nanoTime() - originNanos;
  }

  /** Returns what log lines of a client of this name begin with; empty if it has none. */
  public static String spokenBy(String name) {
    return name.isEmpty() ? "" : "client " + name + ": ";
  }

  /** What log lines begin with: which client speaks; empty if it has no name. */
  public String client() {
    return client;
  }

  public EventLoopGroup group() {
    return group;
  }

  /** Makes the socket of a connection with TLS. */
  public Channel socket() {
    return epoll ? new EpollSocketChannel() : new NioSocketChannel();
  }

  /** Makes the socket of a connection in plaintext, which a node that expects TLS closes. */
  public Channel plaintextSocket() {
    Channel socket = socket();
    socket.pipeline().addFirst(new FirstBytes());
    return socket;
  }

  public boolean inLoop() {
    return thread.inEventLoop();
  }

  /**
   * Runs {@code task} after what the loop is doing now.
   *
   * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
   */
  public void execute(Runnable task) {
    thread.execute(task);
  }

  /** Runs {@code task} on the loop: at once when already there. */
  public void run(Runnable task) {
    if (inLoop()) {
      task.run();
    } else {
      thread.execute(task);
    }
  }

  /** A task to come. */
  public interface Timer {
    /** Lets go of the task, and of what it refers to, if it has not begun. */
    void cancel();
  }

  public Timer schedule(Runnable task, long delayNanos) {
    var scheduled = thread.schedule(() -> runLogged(task), delayNanos, TimeUnit.NANOSECONDS);
    return () -> {
      boolean unused = scheduled.cancel(false);
    };
  }

  /**
   * Whether its thread has ended: the client was closed, or an Error ended it, such as one for want
   * of memory.
   */
  public boolean hasEnded() {
    return thread.isTerminated();
  }

  /** Runs {@code task} on another thread once {@link #hasEnded}. */
  public void onEnded(Runnable task) {
    var unused = thread.terminationFuture().addListener(ended -> task.run());
  }

  /** Logs a scheduled task's failure, which would else stay in a future that is never read. */
  private void runLogged(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error failure) {
      LOG.error("{}a task of the client failed: this is a fault of ours", client, failure);
      throw failure;
    }
  }

  /**
   * Ends the thread after what is already queued, once {@code before} returns; waits for that
   * unless called on it.
   */
  public void end(Runnable before) {
    if (inLoop()) {
      Thread end =
          new Thread(
              () -> {
                before.run();
                var unused = group.shutdownGracefully(0, 2, TimeUnit.SECONDS);
              },
              threadName + "-end");
      end.setDaemon(true);
      end.start();
    } else {
      before.run();
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
  }
}
