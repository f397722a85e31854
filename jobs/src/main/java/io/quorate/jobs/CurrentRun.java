package io.quorate.jobs;

import java.time.Instant;
import java.util.Optional;

/** A run that has begun and not ended. */
public interface CurrentRun {
  /** The name of the job and {@link #scheduled}: no other run of the job has the same. */
  String id();

  /** When it was due, or {@link Jobs#runNow} was called. */
  Instant scheduled();

  /** Whether {@link Jobs#runNow} was called for it. */
  boolean asked();

  /**
   * The number of the attempt that is under way, or was the last, from 1; 0 if the first one was
   * broken off by its own instance, which does not count, and waits to be made.
   */
  int attempt();

  /** The instance that has it, or had it last. */
  String by();

  /** The token of the lock under which that instance has it. */
  long token();

  /** When the first attempt began. */
  Instant began();

  /** When this attempt began. */
  Instant since();

  /**
   * When it is tried again, if it waits for that; empty if an instance has it. Whether that one
   * still lives, its lock tells.
   */
  Optional<Instant> again();

  /** What the attempt before failed with; empty if there was none. */
  String message();
}
