package io.quorate.client.internal.locks;

import io.quorate.client.Lock;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A lock in the hands of a caller, one of those that hold a tenure. */
final class OpenLock implements Lock {
  private static final Logger LOG = LoggerFactory.getLogger(Lock.class);

  private final LockKeeper keeper;
  private final Tenure tenure;

  /** Completes when its release is answered. */
  private final CompletableFuture<Boolean> releasing = new CompletableFuture<>();

  private final AtomicBoolean released = new AtomicBoolean();

  /** Owned by the loop. */
  private List<Runnable> onLost = new ArrayList<>();

  OpenLock(LockKeeper keeper, Tenure tenure) {
    this.keeper = keeper;
    this.tenure = tenure;
  }

  Tenure tenure() {
    return tenure;
  }

  @Override
  public String name() {
    return tenure.name;
  }

  @Override
  public String owner() {
    return tenure.owner;
  }

  @Override
  public long token() {
    return tenure.token;
  }

  @Override
  public Duration ttl() {
    return Duration.ofNanos(tenure.ttlNanos);
  }

  @Override
  public boolean isHeld() {
    return !released.get() && tenure.isHeld();
  }

  @Override
  public Duration remaining() {
    return released.get() ? Duration.ZERO : Duration.ofNanos(tenure.leftNanos());
  }

  @Override
  public void onLost(Runnable task) {
    Runnable added =
        () -> {
          if (released.get()) {
            return;
          }
          if (tenure.hasEnded()) {
            run(task);
          } else {
            onLost.add(task);
          }
        };
    try {
      keeper.loop().run(added);
    } catch (RejectedExecutionException loopEnded) {
      added.run(); // no other thread looks at it any more
    }
  }

  /** It is lost. On the loop. */
  void lost() {
    List<Runnable> tasks = onLost;
    onLost = new ArrayList<>();
    for (Runnable task : tasks) {
      if (!released.get()) {
        run(task);
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) { // else an Error would end the renewals of all locks
      LOG.error(
          "what was to be done when lock {} is lost has failed", Quoted.of(tenure.name), failure);
    }
  }

  /** It is given up, not by {@link #release}. On the loop. */
  void releasedOtherwise(CompletableFuture<Boolean> answer) {
    released.set(true);
    var unused =
        answer.whenComplete(
            (wasHeld, failure) -> {
              if (failure == null) {
                releasing.complete(wasHeld);
              } else {
                releasing.completeExceptionally(QuorateException.causeOf(failure));
              }
            });
  }

  @Override
  public boolean release() {
    return keeper.waiting().forWrite(releaseAsync());
  }

  @Override
  public CompletableFuture<Boolean> releaseAsync() {
    if (released.compareAndSet(false, true)) {
      keeper.release(this, releasing);
    }
    return releasing.copy();
  }

  @Override
  public void close() {
    CompletableFuture<Boolean> answer = releaseAsync();
    if (keeper.loop().inLoop()) {
      return;
    }
    try {
      boolean unused = keeper.waiting().forWrite(answer);
    } catch (QuorateException unanswered) {
      // The lock is free when its time is over, as close() says.
    }
  }

  @Override
  public String toString() {
    return "Lock[name="
        + tenure.name
        + ", owner="
        + tenure.owner
        + ", token="
        + tenure.token
        + (isHeld() ? ", held]" : ", not held]");
  }
}
