package io.quorate.jobs;

import java.time.Instant;
import java.util.Optional;

/** A run that has ended. */
public interface PastRun {
  /** The name of the job and {@link #scheduled}: no other run of the job has the same. */
  String id();

  /** When it was due, or {@link Jobs#runNow} was called. */
  Instant scheduled();

  /** Whether {@link Jobs#runNow} was called for it. */
  boolean asked();

  /** When its first attempt began, by that process's clock; empty if it was left out. */
  Optional<Instant> began();

  /** When it ended, by the clock of the process that stored this. */
  Instant ended();

  RunOutcome outcome();

  /** How often it was tried. */
  int attempts();

  /** The instance that ran it last; empty if it was left out. */
  Optional<String> by();

  /** What it failed with, or why it was left out, at most 500 characters; empty if it is done. */
  String message();
}
