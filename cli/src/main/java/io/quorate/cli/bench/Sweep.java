package io.quorate.cli.bench;

import io.quorate.cli.bench.BenchData.Origin;
import io.quorate.cli.bench.VersionRule.Verdict;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import io.quorate.client.GetResult;
import io.quorate.client.Version;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Goes over all keys once, before a run to load them and after it to verify them. */
final class Sweep {
  private static final int OUTSTANDING = 64;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** Loading writes with sequence numbers of its own, below those of the run. */
  private static final long LOAD_SEQUENCE = Long.MIN_VALUE;

  private final BenchSetup setup;
  private final Executor later = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  Sweep(BenchSetup setup) {
    this.setup = setup;
  }

  /** Writes every key. */
  void load() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(setup.writer());
    sweep("loading", key -> write(key, random));
  }

  private CompletableFuture<Void> write(int key, SplittableRandom random) {
    long sequence = LOAD_SEQUENCE + key;
    Version floor = setup.rule().ackedFloor(key);
    byte[] value;
    synchronized (random) {
      value = setup.data().value(new Origin(key, setup.writer(), sequence), random);
    }
    return setup
        .store()
        .put(setup.keyBytes()[key], value, setup.tenants().write(key))
        .thenAccept(
            result -> {
              Verdict verdict = setup.rule().onAcked(key, floor, result.version(), sequence);
              setup.tally().verdict(verdict, "loading key " + key);
            });
  }

  /** Reads every key back and judges what is there. */
  void verify() throws InterruptedException {
    sweep("verifying", this::read);
  }

  private CompletableFuture<Void> read(int key) {
    Version floor = setup.rule().floor(key);
    return setup
        .store()
        .get(setup.keyBytes()[key], setup.tenants().read(key))
        .thenAccept(
            result -> setup.tally().verdict(judge(key, floor, result), "verifying key " + key));
  }

  private Verdict judge(int key, @Nullable Version floor, GetResult result) {
    byte[] value = result.value();
    Version version = result.version();
    if (value == null || version == null) {
      return setup.rule().onMissing(floor);
    }
    Verdict verdict = setup.rule().onRead(key, floor, version, setup.data().origin(value));
    // Nothing is under way any more: what is older now than an acknowledged write has lost it.
    return verdict == Verdict.STALE_READ ? Verdict.LOST_WRITE : verdict;
  }

  private void sweep(String doing, IntFunction<CompletableFuture<Void>> operation)
      throws InterruptedException {
    Semaphore slots = new Semaphore(OUTSTANDING);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    int keys = setup.keyBytes().length;
    for (int key = 0; key < keys && failed.get() == null; key++) {
      slots.acquire();
      var unused =
          attempt(key, operation, System.nanoTime() + GIVE_UP_NANOS)
              .whenComplete(
                  (done, failure) -> {
                    if (failure != null) {
                      failed.compareAndSet(null, failure);
                    }
                    slots.release();
                  });
    }
    slots.acquire(OUTSTANDING);
    Throwable failure = failed.get();
    if (failure != null) {
      throw new CommandFailedException(
          ExitCode.UNAVAILABLE,
          "%s the %d keys failed for a minute: %s"
              .formatted(doing, keys, FailureKind.root(failure).getMessage()));
    }
  }

  /** Tries again until it succeeds, or the time is over: a node may be down for a while. */
  private CompletableFuture<Void> attempt(
      int key, IntFunction<CompletableFuture<Void>> operation, long giveUpNanos) {
    return operation
        .apply(key)
        .exceptionallyCompose(
            failure ->
                FailureKind.worthRetrying(failure) && System.nanoTime() < giveUpNanos
                    ? CompletableFuture.runAsync(() -> {}, later)
                        .thenCompose(rested -> attempt(key, operation, giveUpNanos))
                    : CompletableFuture.failedFuture(failure));
  }
}
