package io.quorate.replication.coordinator.read;

import io.quorate.placement.Level;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.version.Summary;
import io.quorate.version.Version;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a client's session has seen, below which a read must not answer (docs/design/sessions.md):
 * whether what a round has found is enough, and when replicas are asked again for what they lacked.
 */
final class SessionMinimum {
  /** Until all replicas are asked once more for what none of them had; doubled each time. */
  private static final long ASK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final long ASK_AGAIN_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

  private final Context context;
  private final Minimum least;

  /** Whether what was found was below it, in this round or an earlier one. */
  private boolean isSought;

  /** How long all have been asked in vain when they are asked again. */
  private long askAgainNanos = ASK_AGAIN_NANOS;

  SessionMinimum(Context context, Minimum least) {
    this.context = context;
    this.least = least;
  }

  /**
   * Whether a read at QUORUM might find more than was found at a lower level. At the floor it
   * might: two nodes may have stamped two versions at one hybrid time.
   */
  boolean isBelowFloor(ReadRound round, Level level) {
    long floor = least.hlc();
    if (floor == 0) {
      return false;
    }
    Summary shown = round.tally().shown();
    boolean below =
        shown == null
            ? Long.compareUnsigned(round.plan().purged(), floor) < 0
            : Long.compareUnsigned(shown.version().hlc(), floor) <= 0;
    return below
        && round.plan().stage().asksLessThanQuorum(level)
        && context.rules().escalatesBelowFloor();
  }

  /**
   * Takes note of what was found, if it is less than the version that the session has seen.
   *
   * @return whether it is
   */
  boolean noteIfMissed(ReadRound round) {
    Version seen = least.version();
    if (seen == null || !context.rules().checksMinimum()) {
      return false;
    }
    if (reaches(round, seen)) {
      if (isSought) {
        context.events().accept(CoordinatorEvent.Window.MINIMUM_FOUND);
      }
      return false;
    }
    if (!isSought) {
      isSought = true;
      context.events().accept(CoordinatorEvent.BehindSession.MINIMUM_SOUGHT);
    }
    return true;
  }

  /** "Not found" counts as the version up to which the partition is purged. */
  private boolean reaches(ReadRound round, Version seen) {
    Plan plan = round.plan();
    Summary shown = round.tally().shown();
    if (shown != null) {
      return plan.model().reaches(shown, seen);
    }
    boolean purged =
        Long.compareUnsigned(seen.hlc(), plan.purged()) <= 0
            && context.rules().countsNothingAsPurged();
    if (purged) {
      context.events().accept(CoordinatorEvent.Window.MINIMUM_PURGED);
    }
    return purged;
  }

  /** The version that was missed; null if none was so far. */
  @Nullable Version sought() {
    return isSought ? least.version() : null;
  }

  /**
   * Takes the next turn to ask all again, if it is due. The one after it comes later by twice the
   * time.
   *
   * @param waitedNanos for how long they have been asked in vain
   * @return whether it was due
   */
  boolean takeTurnToAskAgain(long waitedNanos) {
    if (waitedNanos < askAgainNanos) {
      return false;
    }
    askAgainNanos = Math.min(2 * askAgainNanos, ASK_AGAIN_NANOS_MAX);
    return true;
  }
}
