package io.quorate.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that has begun.
 *
 * @param token of the lock under which the last attempt was made
 * @param againAt when it is tried again; null while an attempt is under way
 * @param others fields that this release does not know
 */
record RunState(
    String job,
    Instant scheduled,
    boolean asked,
    int attempt,
    String by,
    long token,
    Instant began,
    Instant since,
    @Nullable Instant againAt,
    String message,
    ObjectNode others)
    implements CurrentRun {

  static String id(String job, Instant scheduled, boolean asked) {
    return job + "@" + scheduled + (asked ? "+asked" : "");
  }

  @Override
  public String id() {
    return id(job, scheduled, asked);
  }

  @Override
  public Optional<Instant> again() {
    return Optional.ofNullable(againAt);
  }

  /** Whether an attempt is under way, or its process has ended and no other one knows yet. */
  boolean isClaimed() {
    return againAt == null;
  }

  /** The next attempt. */
  RunState claimed(String instance, long newToken, Instant now) {
    return new RunState(
        job, scheduled, asked, attempt + 1, instance, newToken, began, now, null, message, others);
  }

  /** It waits for its next attempt. */
  RunState waiting(Instant until, int made, String why) {
    return new RunState(job, scheduled, asked, made, by, token, began, since, until, why, others);
  }

  EndedRun ended(Instant now, RunOutcome outcome, String why) {
    return new EndedRun(
        job, scheduled, asked, began, now, outcome, attempt, by, token, why, others);
  }
}
