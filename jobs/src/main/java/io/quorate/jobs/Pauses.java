package io.quorate.jobs;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How the threads of a scheduler let time pass. For many threads. */
interface Pauses {
  /** Pauses as long as they are asked to. */
  Pauses REAL =
      new Pauses() {
        @Override
        public void pass(Duration time) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(time.toNanos());
        }

        @Override
        public boolean passOrOpened(Duration time, CountDownLatch latch)
            throws InterruptedException {
          return latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        }
      };

  /** Returns when this time is over. */
  void pass(Duration time) throws InterruptedException;

  /**
   * Returns when this time is over, or the latch is open.
   *
   * @return whether the latch is open
   */
  boolean passOrOpened(Duration time, CountDownLatch latch) throws InterruptedException;
}
