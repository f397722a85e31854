package io.quorate.client.internal.locks;

import io.quorate.client.AsyncLocks;
import io.quorate.client.HeldLock;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.Lock;
import io.quorate.client.LockOptions;
import io.quorate.client.LockStatus;
import io.quorate.client.LockWatch;
import io.quorate.client.internal.engine.Checks;
import io.quorate.client.internal.text.Quoted;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Asks for locks. */
public final class AskedLocks implements AsyncLocks {
  private final LockKeeper keeper;
  private final long timeoutNanos;

  /** With a number behind it, an owner that no other process has, and no other acquisition. */
  private final String self = UUID.randomUUID().toString();

  private final AtomicLong acquisitions = new AtomicLong();

  public AskedLocks(LockKeeper keeper, Duration timeout) {
    this.keeper = keeper;
    this.timeoutNanos = Checks.nanos(timeout);
  }

  @Override
  public CompletableFuture<Optional<Lock>> acquire(
      String name, Duration ttl, Duration waitAtMost, LockOptions options) {
    if (waitAtMost.isNegative()) {
      return CompletableFuture.failedFuture(
          new InvalidRequestException(
              "acquisition of lock "
                  + Quoted.of(name)
                  + ": a wait of "
                  + waitAtMost
                  + ": give zero, so as not to wait, or more"));
    }
    long now = keeper.loop().nanos();
    Duration timeout = options.timeout();
    long waitUntil = now + Checks.nanos(waitAtMost);
    String owner = options.owner();
    Acquisition wanted =
        new Acquisition(
            Checks.millis(ttl),
            !waitAtMost.isZero(),
            waitUntil,
            waitUntil + (timeout == null ? timeoutNanos : Checks.nanos(timeout)),
            options.renewed(),
            Mode.of(options));
    keeper.acquire(
        name, owner == null ? self + "-" + acquisitions.incrementAndGet() : owner, wanted);
    return wanted.result();
  }

  @Override
  public CompletableFuture<LockStatus> show(String name) {
    return keeper.requests().show(name, keeper.deadlineNanos());
  }

  @Override
  public LockWatch watch(String name, Consumer<LockStatus> listener) {
    return keeper.watch(name, Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public CompletableFuture<List<HeldLock>> list(String prefix) {
    return keeper.requests().list(prefix, keeper.deadlineNanos());
  }

  @Override
  public CompletableFuture<List<HeldLock>> renew(String owner) {
    return keeper.requests().renew(owner, keeper.deadlineNanos());
  }

  @Override
  public CompletableFuture<Boolean> release(String name, String owner, long token) {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    keeper.release(name, owner, token, answer);
    return answer;
  }
}
