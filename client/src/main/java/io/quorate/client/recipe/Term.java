package io.quorate.client.recipe;

import io.quorate.client.Lock;
import io.quorate.client.QuorateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A leadership, as its lock and the clock have it. A thread guards it: it sleeps until the leader
 * is to stop, looks whether the lock was renewed meanwhile, and if not, has the leader stop.
 */
final class Term implements Leadership {
  /**
   * How long the guard sleeps at most: a client that is closed releases the lock and tells no one.
   */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Lock lock;
  private final long marginNanos;
  private final RecipeClock clock;

  /** Whether a body runs under it: then its thread releases the lock, when the body has ended. */
  private final boolean hasBody;

  /** Completes when this leads no more, for whatever reason. */
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  private End end = End.NONE;
  private boolean told;
  private final List<Runnable> onLost = new ArrayList<>();

  /** Why it ended. */
  private enum End {
    NONE,
    TO_STOP,
    GIVEN_UP
  }

  Term(Lock lock, Duration stopBefore, RecipeClock clock, boolean hasBody) {
    this.lock = lock;
    this.marginNanos = stopBefore.toNanos();
    this.clock = clock;
    this.hasBody = hasBody;
    lock.onLost(this::stop);
  }

  @Override
  public String name() {
    return lock.name();
  }

  @Override
  public String id() {
    return lock.owner();
  }

  @Override
  public long token() {
    return lock.token();
  }

  @Override
  public boolean isLeader() {
    return leftNanos() > 0;
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(leftNanos());
  }

  /**
   * By the clock, whether or not the guard has had its turn: after a pause of the process it may be
   * the last to run.
   */
  private long leftNanos() {
    if (over.isDone()) {
      return 0;
    }
    long left = lock.remaining().toNanos() - marginNanos;
    if (left <= 0) {
      boolean unused = end(End.TO_STOP); // a renewal that is answered from now on is too late
      return 0;
    }
    return left;
  }

  private boolean end(End why) {
    synchronized (this) {
      if (end != End.NONE) {
        return false;
      }
      end = why;
    }
    over.complete(null);
    return true;
  }

  /** Has the leader stop, whatever time is left. */
  void stop() {
    boolean unused = end(End.TO_STOP);
  }

  /** It is given up without a task being told, as the body has ended. */
  void bodyEnded() {
    boolean unused = end(End.GIVEN_UP);
  }

  /** Whether the leader was to stop, and did not resign. */
  synchronized boolean isToStop() {
    return end == End.TO_STOP;
  }

  /** Returns when this leads no more, or the signal is given. */
  void guard(CompletableFuture<?> signal) {
    CompletableFuture<?> wake = CompletableFuture.anyOf(over, signal);
    boolean interrupted = false;
    while (!wake.isDone() && isLeader()) {
      try {
        clock.await(wake, Math.min(leftNanos(), LOOK_NANOS));
      } catch (InterruptedException notMeant) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs what is to be run when the leader is to stop. */
  void tell() {
    List<Runnable> tasks;
    synchronized (this) {
      told = true;
      tasks = List.copyOf(onLost);
      onLost.clear();
    }
    for (Runnable task : tasks) {
      try {
        task.run();
      } catch (RuntimeException failure) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
      }
    }
  }

  @Override
  public void onLost(Runnable task) {
    synchronized (this) {
      if (end == End.GIVEN_UP) {
        return;
      }
      if (!told) {
        onLost.add(task);
        return;
      }
    }
    task.run();
  }

  @Override
  public boolean resign() {
    boolean led = isLeader() && end(End.GIVEN_UP);
    return hasBody ? led : lock.release() && led;
  }

  /** Gives the lock to others; the cluster's answer is of no use. */
  void release() {
    lock.close();
  }

  @Override
  public void close() {
    try {
      boolean unused = resign();
    } catch (QuorateException unanswered) {
      // The lock is free when its time is over, as close() says.
    }
  }

  @Override
  public String toString() {
    return "Leadership[name="
        + name()
        + ", id="
        + id()
        + ", token="
        + token()
        + (isLeader() ? ", leads]" : ", does not lead]");
  }
}
