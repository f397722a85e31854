package io.quorate.cli.bench;

import io.quorate.cli.bench.checked.Operations;
import io.quorate.cli.bench.checked.VersionRule.Verdict;
import io.quorate.cli.command.CommandFailedException;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.FailureKind;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Goes over all keys once, before a run to load them and after it to verify them. */
final class Sweep {
  private static final int OUTSTANDING = 64;
  private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final BenchSetup setup;
  private final Executor later = CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS);

  Sweep(BenchSetup setup) {
    this.setup = setup;
  }

  /** Writes every key. */
  void load() throws InterruptedException {
    sweep("loading", this::write);
  }

  private CompletableFuture<Void> write(int key) {
    Ending ending = new Ending("loading", verdict -> verdict);
    setup.operations().load(key, new SplittableRandom(key), ending);
    return ending.end;
  }

  /** Reads every key, so that what the run changes can be judged. */
  void read() throws InterruptedException {
    sweep("reading", key -> read(key, new Ending("reading", verdict -> verdict)));
  }

  /** Reads every key back and judges what is there; what was found until it fails is kept. */
  Checked verify() throws InterruptedException {
    try {
      sweep("verifying", this::readBack);
      return new Checked(setup.tally(), true, null);
    } catch (CommandFailedException failed) {
      return new Checked(setup.tally(), false, failed.getMessage());
    }
  }

  private CompletableFuture<Void> readBack(int key) {
    // Nothing is under way any more: what is older now than an acknowledged write has lost it.
    return read(
        key,
        new Ending(
            "verifying", verdict -> verdict == Verdict.STALE_READ ? Verdict.LOST_WRITE : verdict));
  }

  private CompletableFuture<Void> read(int key, Ending ending) {
    setup.operations().read(key, new SplittableRandom(key), ending);
    return ending.end;
  }

  /** Completes a future when an operation ends. */
  private final class Ending implements Operations.Done {
    private final String doing;
    private final UnaryOperator<Verdict> means;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private Ending(String doing, UnaryOperator<Verdict> means) {
      this.doing = doing;
      this.means = means;
    }

    @Override
    public void answered(Verdict verdict, Object what) {
      if (verdict != Verdict.KEPT) {
        setup.tally().verdict(means.apply(verdict), doing + " " + what);
      }
      end.complete(null);
    }

    @Override
    public void missing(Verdict verdict, Object what) {
      answered(verdict, what);
    }

    @Override
    public void failed(@Nullable Throwable failure) {
      end.completeExceptionally(
          failure == null ? new IllegalStateException("no result and no failure") : failure);
    }
  }

  private void sweep(String doing, IntFunction<CompletableFuture<Void>> operation)
      throws InterruptedException {
    Semaphore slots = new Semaphore(OUTSTANDING);
    AtomicReference<Throwable> failed = new AtomicReference<>();
    int keys = setup.keys();
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
          "%s the %d keys failed: %s"
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
