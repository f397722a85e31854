package io.quorate.testkit;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

/** Waits as long as a slow machine under load may take, and not longer than it takes. */
final class Await {
  private Await() {}

  static void untilAsserted(ThrowingRunnable assertion) {
    waiting().untilAsserted(assertion);
  }

  private static ConditionFactory waiting() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50))
        .pollInSameThread()
        .ignoreExceptions();
  }
}
