package io.quorate.outside;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits for what happens in other processes. */
final class Waiting {
  private Waiting() {}

  /**
   * @throws AssertionError with {@code otherwise} if the condition does not hold within that time
   */
  static void until(Duration longest, Callable<Boolean> condition, Supplier<String> otherwise) {
    try {
      Awaitility.await()
          .atMost(longest)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(50))
          .until(condition);
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(otherwise.get(), e);
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
