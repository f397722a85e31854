package io.quorate.jobs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run that has ended.
 *
 * @param token of the lock under which the last attempt was made; 0 if there was none
 * @param others fields that this release does not know
 */
record EndedRun(
    String job,
    Instant scheduled,
    boolean asked,
    @Nullable Instant beganAt,
    Instant ended,
    RunOutcome outcome,
    int attempts,
    @Nullable String instance,
    long token,
    String message,
    ObjectNode others)
    implements PastRun {

  static EndedRun skipped(String job, Instant scheduled, Instant now, String why) {
    return new EndedRun(
        job,
        scheduled,
        false,
        null,
        now,
        RunOutcome.SKIPPED,
        0,
        null,
        0,
        why,
        JsonNodeFactory.instance.objectNode());
  }

  @Override
  public String id() {
    return RunState.id(job, scheduled, asked);
  }

  @Override
  public Optional<Instant> began() {
    return Optional.ofNullable(beganAt);
  }

  @Override
  public Optional<String> by() {
    return Optional.ofNullable(instance);
  }
}
