package io.quorate.sim.cluster;

import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.Attempt;
import org.jspecify.annotations.Nullable;

/** What a client waits for after it asked a node. */
public final class Call {
  private final Operation operation;
  private final Runnable onEnd;
  private @Nullable Attempt attempt;
  private @Nullable Outcome outcome;
  private boolean ended;

  /** Pauses of the node before the call began. */
  private int pausesBefore;

  Call(Operation operation, Runnable onEnd) {
    this.operation = operation;
    this.onEnd = onEnd;
  }

  public Operation operation() {
    return operation;
  }

  public boolean hasEnded() {
    return ended;
  }

  /** What the node answered; null while it has not, and when the client was cut off. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** What the checker knows of it; null as long as it has not reached the node. */
  @Nullable Attempt attempt() {
    return attempt;
  }

  int pausesBefore() {
    return pausesBefore;
  }

  void begin(Attempt begun, int pauses) {
    attempt = begun;
    pausesBefore = pauses;
  }

  /** The client gets no answer: the node is down, or has died. */
  void cutOff() {
    ended = true;
    onEnd.run();
  }

  void answer(Outcome answer) {
    outcome = answer;
    ended = true;
    onEnd.run();
  }
}
