package io.quorate.outside;

import io.quorate.client.QuorateException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits for what happens in other processes. */
final class Waiting {
  private Waiting() {}

  /**
   * Waits until a condition holds. It does not hold yet where a node does not answer it: what a
   * client or a connection throws is the cause of the error in the end.
   *
   * @throws AssertionError with {@code otherwise} if the condition does not hold within that time
   */
  static void until(Duration longest, Callable<Boolean> condition, Supplier<String> otherwise) {
    AtomicReference<@Nullable Exception> unanswered = new AtomicReference<>();
    try {
      Awaitility.await()
          .atMost(longest)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                try {
                  boolean holds = condition.call();
                  unanswered.set(null);
                  return holds;
                } catch (QuorateException | UncheckedIOException e) {
                  unanswered.set(e);
                  return false;
                }
              });
    } catch (ConditionTimeoutException e) {
      Exception last = unanswered.get();
      throw last == null
          ? new AssertionError(otherwise.get(), e)
          : new AssertionError(otherwise.get() + "; the last try: " + last, last);
    }
  }

  /** Lets time pass, where the passing of time is what is tested. */
  static void pass(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
