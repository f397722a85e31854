package io.quorate.jobs;

/** How a run has ended. */
public enum RunOutcome {
  /** The handler returned. */
  DONE,
  /** The handler threw, at each of the attempts that the job has. */
  FAILED,
  /** The process ended, or lost its lock, at the last of the attempts that the job has. */
  GAVE_UP,
  /** It was due, and left out: {@link MissedRuns}. */
  SKIPPED
}
