package io.quorate.runtime.real;

import io.grpc.netty.shaded.io.netty.channel.EventLoop;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import io.quorate.runtime.Lane;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A lane that is a Netty event loop. Tasks queued from the loop run after the input that it has
 * read, which is the turn that {@link Lane#execute} speaks of.
 *
 * <p>After the loops have been closed tasks are dropped: there is no node left to be told.
 */
public final class EventLoopLane implements Lane {
  private final EventLoop loop;
  private final Consumer<Throwable> onBroken;

  /** A task threw, so what the lane owns may be half changed. Touched on the loop only. */
  private boolean broken;

  private volatile boolean halted;

  EventLoopLane(EventLoop loop, Consumer<Throwable> onBroken) {
    this.loop = loop;
    this.onBroken = onBroken;
  }

  /** The loop, to put connections on. */
  public EventLoop loop() {
    return loop;
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(() -> run(task));
    } catch (RejectedExecutionException closed) {
      dropUnlessClosed(closed);
    }
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    try {
      Future<?> scheduled = loop.schedule(() -> run(task), delayNanos, TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      dropUnlessClosed(closed);
      return () -> {};
    }
  }

  @Override
  public boolean isCurrent() {
    return loop.inEventLoop();
  }

  /**
   * Breaks the lane as a task that threw would, for what is called on the loop by others than the
   * lane: handlers of connections.
   */
  public void breakWith(Throwable cause) {
    if (!broken) {
      broken = true;
      onBroken.accept(cause);
    }
  }

  /** Runs nothing any more, not even what is queued: a test has killed the node. */
  public void halt() {
    halted = true;
  }

  // Netty would log what a task throws and go on, with state that no invariant vouches for.
  private void run(Runnable task) {
    if (broken || halted) {
      return;
    }
    try {
      task.run();
    } catch (Throwable thrown) {
      breakWith(thrown);
    }
  }

  private void dropUnlessClosed(RejectedExecutionException rejection) {
    if (!loop.isShuttingDown()) {
      throw rejection;
    }
  }
}
