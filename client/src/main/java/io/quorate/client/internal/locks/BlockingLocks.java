package io.quorate.client.internal.locks;

import io.quorate.client.AsyncLocks;
import io.quorate.client.HeldLock;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.Locks;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.engine.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Waits for what is asked about locks. */
public final class BlockingLocks implements Locks {
  private final AsyncLocks async;
  private final Waiting waiting;

  public BlockingLocks(AsyncLocks async, Waiting waiting) {
    this.async = async;
    this.waiting = waiting;
  }

  @Override
  public Optional<Lock> acquire(
      String name, Duration ttl, Duration waitAtMost, LockOptions options) {
    waiting.refuseOnEventLoop();
    CompletableFuture<Optional<Lock>> result = async.acquire(name, ttl, waitAtMost, options);
    try {
      return waiting.forWrite(result);
    } catch (QuorateException failure) {
      abandon(result);
      throw failure;
    }
  }

  /** The thread was interrupted: what is granted has no one that would release it. */
  private static void abandon(CompletableFuture<Optional<Lock>> result) {
    if (!result.cancel(false) && !result.isCompletedExceptionally()) {
      result
          .join()
          .ifPresent(
              lock -> {
                var unused = lock.releaseAsync();
              });
    }
  }

  @Override
  public LockStatus show(String name) {
    return waiting.forRead(async.show(name));
  }

  @Override
  public LockWatch watch(String name, Consumer<LockStatus> listener) {
    return async.watch(name, listener);
  }

  @Override
  public List<HeldLock> list(String prefix) {
    return waiting.forRead(async.list(prefix));
  }

  @Override
  public List<HeldLock> renew(String owner) {
    return waiting.forWrite(async.renew(owner));
  }

  @Override
  public boolean release(String name, String owner, long token) {
    return waiting.forWrite(async.release(name, owner, token));
  }
}
