package io.quorate.transport;

import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.TestClock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Runs its tasks when the test says so. */
public final class TurnLane implements Lane {
  /** Threads of gRPC add to it, too: when a name does not resolve, say. */
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  /** What the clock says. */
  public long nanos = 1;

  /** The thread that runs tasks; null while none does. */
  private volatile @Nullable Thread running;

  public void run(Runnable task) {
    execute(task);
    runAll();
  }

  public void runAll() {
    running = Thread.currentThread();
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    running = null;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer schedule(long delayNanos, Runnable task) {
    return () -> {};
  }

  @Override
  public boolean isCurrent() {
    return Thread.currentThread().equals(running);
  }

  public Clock clock() {
    return TestClock.ofNanos(() -> nanos);
  }
}
