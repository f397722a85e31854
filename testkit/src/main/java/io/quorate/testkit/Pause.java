package io.quorate.testkit;

import io.quorate.runtime.Lane;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds the lane of a node, and so all that the node decides, says and hears. */
final class Pause {
  private static final Duration HELD_WITHIN = Duration.ofSeconds(30);

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch over = new CountDownLatch(1);

  private Pause() {}

  /**
   * Returns once the lane is held.
   *
   * @throws IllegalStateException if the lane does not come to it, or the caller is interrupted
   */
  static Pause of(Lane lane) {
    Pause pause = new Pause();
    lane.execute(pause::hold);
    boolean inTime;
    try {
      inTime = pause.held.await(HELD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
      inTime = false;
    }
    if (!inTime) {
      pause.end();
      throw new IllegalStateException("the node could not be paused: it is busy, or has ended");
    }
    return pause;
  }

  private void hold() {
    held.countDown();
    boolean interrupted = false;
    while (true) {
      try {
        over.await();
        break;
      } catch (InterruptedException notForUs) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  void end() {
    over.countDown();
  }
}
