package io.quorate.sim.workload;

import io.quorate.model.RequestId;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.WriteStamp;
import org.jspecify.annotations.Nullable;

/**
 * One write that its client names, through all its attempts: it is tried again until it is known
 * what became of it, at any node, and also while earlier attempts are under way.
 */
abstract class NamedWrite {
  private static final int TRIES_MAX = 8;
  private static final long RETRY_NANOS_MAX = 40_000_000;
  private static final long OVERLAP_NANOS_MAX = 20_000_000;

  /** How often an attempt is followed by another one while it is under way. */
  private static final double OVERLAPS = 0.2;

  /** How often a client does not get an answer that its node gave. */
  private static final double ANSWERS_LOST = 0.1;

  private final String kind;
  private final Client client;
  private final OnceClient own;
  private final Runnable done;
  private final RequestId request;
  private long stamp;

  /** Number of the latest attempt; what earlier ones are answered counts less. */
  private int latest;

  private boolean ended;

  /** Attempts with this stamp that are not answered yet. */
  private int open;

  /** Whether an attempt with this stamp may have taken effect, by its answer or for want of one. */
  private boolean mayHaveApplied;

  /**
   * @param kind of workload, for what is counted
   * @param done told when the write has ended
   */
  NamedWrite(String kind, Client client, OnceClient own, Runnable done) {
    this.kind = kind;
    this.client = client;
    this.own = own;
    this.done = done;
    this.request = own.nextRequest();
    this.stamp = own.stampAbove(0);
  }

  /** Makes the operation of an attempt. */
  abstract Operation operation(RequestId request, WriteStamp stamped);

  /**
   * It was acknowledged; or its condition is not met, or its token is too low, which is decided for
   * all attempts.
   */
  abstract void acknowledged(Outcome outcome);

  /** It may have taken effect, or may still take effect. */
  abstract void unknown();

  /** It has not taken effect, and will not. */
  abstract void refused();

  final void begin() {
    attempt(true);
  }

  private void attempt(boolean first) {
    latest++;
    open++;
    int attempt = latest;
    long stamped = stamp;
    client.ask(
        client.anyNode(),
        operation(request, new WriteStamp(stamped, 1, 0, first)),
        outcome -> heard(attempt, stamped, outcome));
    if (client.random().chance(OVERLAPS)) {
      client.later(
          client.random().between(0, OVERLAP_NANOS_MAX),
          () -> {
            if (!ended && latest == attempt && latest < TRIES_MAX) {
              client.counts(kind + ": tried again while under way");
              attempt(false);
            }
          });
    }
  }

  private void heard(int attempt, long stamped, @Nullable Outcome told) {
    boolean lost = told != null && client.random().chance(ANSWERS_LOST);
    Outcome outcome = lost ? null : told;
    own.hears(outcome);
    if (lost) {
      client.counts(kind + ": answer lost");
    }
    if (ended || stamped != stamp) {
      return;
    }
    open--;
    mayHaveApplied |=
        outcome == null
            || (outcome instanceof Outcome.Failed(Failure failure) && failure.mayHaveApplied());
    if (outcome instanceof Outcome.Written || outcome instanceof Outcome.Updated) {
      end(attempt, outcome);
      return;
    }
    if (outcome instanceof Outcome.Failed(Failure failure) && isJudged(failure.reason())) {
      end(attempt, outcome);
      return;
    }
    if (attempt != latest) {
      return; // only the latest attempt is told that the stamp is too low, or that none knows
    }
    if (outcome instanceof Outcome.Failed(Failure failure)
        && failure.reason() == Failure.Reason.STAMP_TOO_LOW) {
      client.counts(kind + ": stamped again");
      stamp = own.stampAbove(failure.aboveHlc());
      mayHaveApplied = false;
      open = 0;
      attempt(true);
    } else if (outcome instanceof Outcome.Failed(Failure failure) && failure.decided()) {
      client.counts(kind + ": outcome unknown for good");
      giveUp();
    } else if (latest < TRIES_MAX) {
      client.later(
          client.random().between(0, RETRY_NANOS_MAX),
          () -> {
            if (!ended && latest == attempt) {
              attempt(false);
            }
          });
    } else {
      giveUp();
    }
  }

  /** What a key says of a write it says of all attempts at it. */
  private static boolean isJudged(Failure.Reason reason) {
    return reason == Failure.Reason.CONDITION_FAILED || reason == Failure.Reason.FENCED;
  }

  private void end(int attempt, Outcome outcome) {
    ended = true;
    if (attempt > 1) {
      client.counts(kind + ": acknowledged after several attempts");
    }
    acknowledged(outcome);
    done.run();
  }

  private void giveUp() {
    ended = true;
    if (mayHaveApplied || open > 0) {
      unknown();
    } else {
      refused();
    }
    done.run();
  }
}
