package io.quorate.jobs;

import io.quorate.client.Lock;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler, which is interrupted when the lock is lost or the scheduler ends. What
 * comes after the call is not: the thread goes on to store the result.
 */
final class Handling {
  private final Thread thread = Thread.currentThread();
  private boolean returned;
  private boolean stopped;

  /**
   * How a handler ended.
   *
   * @param thrown null if it returned
   * @param stopped whether it was interrupted as the scheduler ends
   */
  record End(@Nullable Throwable thrown, boolean stopped) {}

  /** Calls the handler on this thread. */
  End call(JobHandler handler, JobRun run, Lock lock) {
    lock.onLost(this::interrupt);
    Throwable thrown = null;
    try {
      handler.run(run);
    } catch (InterruptedException interrupted) {
      thrown = interrupted; // the flag is cleared below in any case
    } catch (Exception | LinkageError | AssertionError | StackOverflowError failed) {
      thrown = failed;
    }
    synchronized (this) {
      returned = true;
      boolean unused = Thread.interrupted();
      return new End(thrown, stopped);
    }
  }

  private synchronized void interrupt() {
    if (!returned) {
      thread.interrupt();
    }
  }

  /** Interrupts the handler, as the scheduler ends. */
  synchronized void stop() {
    if (!returned) {
      stopped = true;
      thread.interrupt();
    }
  }
}
