package io.quorate.client.internal.kv;

import io.quorate.client.FallbackSource;
import io.quorate.client.GetResult;
import io.quorate.client.QuorateException;
import io.quorate.client.internal.net.Loop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Asks the application's other source for a key that the cluster could not read. */
final class Fallback {
  /** What a source has at least: the cluster may have taken all the time of the read. */
  private static final long NANOS_MIN = TimeUnit.SECONDS.toNanos(1);

  private Fallback() {}

  /**
   * Reads a key there.
   *
   * @param deadlineNanos of the read
   * @param failure why the cluster could not answer: also what the read fails with if the source
   *     does not answer in time
   */
  static CompletableFuture<GetResult> read(
      Loop loop, FallbackSource source, byte[] key, long deadlineNanos, QuorateException failure) {
    CompletableFuture<GetResult> read = source.read(key).thenApply(GetResult::fromFallback);
    if (read.isDone()) {
      return read;
    }
    Loop.Timer atDeadline;
    try {
      atDeadline =
          loop.schedule(
              () -> {
                boolean unused = read.completeExceptionally(failure);
              },
              Math.max(deadlineNanos - loop.nanos(), NANOS_MIN));
    } catch (RejectedExecutionException loopEnded) {
      return CompletableFuture.failedFuture(failure);
    }
    return read.whenComplete((result, lost) -> atDeadline.cancel());
  }
}
