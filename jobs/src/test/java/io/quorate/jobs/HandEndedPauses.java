package io.quorate.jobs;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pauses of one scheduler: those between two looks at the jobs, and those in which it waits for its
 * threads to end, are over when a test says so, each other one at once.
 */
final class HandEndedPauses implements Pauses {
  private final List<Duration> passed = new CopyOnWriteArrayList<>();
  private final Semaphore ends = new Semaphore(0);

  /** Looks that are over. */
  private final AtomicInteger looks = new AtomicInteger();

  @Override
  public void pass(Duration time) {
    passed.add(time);
  }

  @Override
  public boolean passOrOpened(Duration time, CountDownLatch latch) throws InterruptedException {
    looks.incrementAndGet();
    while (!ends.tryAcquire(1, TimeUnit.MILLISECONDS)) {
      if (latch.getCount() == 0) {
        return true;
      }
    }
    return false;
  }

  /** Returns after the first look. */
  void awaitLook() {
    await().until(() -> looks.get() > 0);
  }

  /** Returns after the scheduler has looked at the jobs this number of times more. */
  void look(int times) {
    awaitLook();
    int before = looks.get();
    ends.release(times);
    await().until(() -> looks.get() == before + times);
  }

  /** Ends the pause that is under way. */
  void end() {
    ends.release();
  }

  /** Returns the pauses that ended at once. */
  List<Duration> passed() {
    return passed;
  }
}
