package io.quorate.cli.dev;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits until all nodes serve, and says meanwhile what is waited for: on a machine that is busy,
 * nodes that nothing is wrong with take minutes.
 */
final class ReadyWait {
  static final int SECONDS_MAX = 300;
  private static final int SAID_EACH_SECONDS = 15;

  private final RunningNodes nodes;
  private final LongSupplier nanoTime;
  private final Consumer<String> says;

  ReadyWait(RunningNodes nodes, LongSupplier nanoTime, Consumer<String> says) {
    this.nodes = nodes;
    this.nanoTime = nanoTime;
    this.says = says;
  }

  /**
   * @return false if a node ended, which {@link RunningNodes#failure} tells, or {@link
   *     #SECONDS_MAX} have passed
   */
  boolean await() throws InterruptedException {
    long beginNanos = nanoTime.getAsLong();
    int seconds = 0;
    while (seconds < SECONDS_MAX) {
      seconds += SAID_EACH_SECONDS;
      if (nodes.awaitReady(beginNanos + TimeUnit.SECONDS.toNanos(seconds))) {
        return true;
      }
      if (nodes.failure().isPresent()) {
        return false;
      }
      if (seconds < SECONDS_MAX) {
        says.accept("after %d s: %s".formatted(seconds, nodes.waitingFor()));
      }
    }
    return false;
  }
}
