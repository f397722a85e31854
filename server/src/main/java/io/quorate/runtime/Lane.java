package io.quorate.runtime;

/**
 * A single-threaded owner of state. Everything on a lane runs one task after another, so what a
 * lane owns needs no lock; nothing on a lane may block.
 */
public interface Lane {
  /**
   * Runs a task after those already queued. May be called from anywhere. A task queued from the
   * lane itself runs once the input at hand has been worked off, which is what makes batches: work
   * gathered during a turn is flushed by a task queued when its first piece was gathered.
   */
  void execute(Runnable task);

  /** Runs a task after at least {@code delayNanos}, unless it is cancelled before. */
  Timer schedule(long delayNanos, Runnable task);

  /** Whether the caller runs on this lane. */
  boolean isCurrent();

  /** A task that has been scheduled. */
  interface Timer {
    /** The task will not run, if it has not begun. */
    void cancel();
  }
}
