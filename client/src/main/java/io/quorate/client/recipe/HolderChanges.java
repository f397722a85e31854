package io.quorate.client.recipe;

import io.quorate.client.LockWatch;
import io.quorate.client.Locks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits until who holds a lock may have changed. */
final class HolderChanges implements AutoCloseable {
  /** How long nothing is looked at when no change is heard of. */
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RecipeClock clock;
  private final LockWatch watch;
  private CompletableFuture<Void> change = new CompletableFuture<>();

  HolderChanges(Locks locks, String name, RecipeClock clock) {
    this.clock = clock;
    this.watch = locks.watch(name, status -> changed().complete(null));
  }

  private synchronized CompletableFuture<Void> changed() {
    return change;
  }

  /** Returns after a change since this was last called, after a while, or after this time. */
  void await(long nanos) throws InterruptedException {
    clock.await(changed(), Math.min(nanos, LOOK_NANOS));
    synchronized (this) {
      if (change.isDone()) {
        change = new CompletableFuture<>();
      }
    }
  }

  @Override
  public void close() {
    watch.close();
  }
}
