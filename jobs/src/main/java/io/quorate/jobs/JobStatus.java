package io.quorate.jobs;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A job as it is stored. */
public interface JobStatus {
  Job job();

  /** False while it is paused. */
  boolean enabled();

  /**
   * When it is due by its schedule; empty if it never is again, or that is known when the run has
   * ended.
   */
  Optional<Instant> next();

  /** When {@link Jobs#runNow} was called, if that run has not begun. */
  Optional<Instant> asked();

  /** The run that has begun and not ended. */
  Optional<CurrentRun> running();

  /** Runs that have ended, the last one last. */
  List<PastRun> history();
}
