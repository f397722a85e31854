package io.quorate.node;

import io.quorate.admin.DrainAdmin;
import io.quorate.runtime.Lane;
import io.quorate.transport.client.PipeNews;
import org.jspecify.annotations.Nullable;

/**
 * Takes the node out of service so that its clients notice nothing. They are told first, and what
 * they have sent by then is served: to refuse it would make each of them try again elsewhere, which
 * is felt in the latency of all calls that are under way. Owned by the lane.
 */
final class Draining implements DrainAdmin {
  /** Longer than what was sent takes to arrive from another region, and than most pauses last. */
  static final long TOLD_NANOS = 500_000_000L;

  /**
   * The time is waited for in this many steps, each begun when the one before is over. While this
   * node stands still it reads nothing of what clients have sent: such a pause takes one step, and
   * what they have sent is read in the others.
   */
  private static final int STEPS = 10;

  private final DrainAdmin node;
  private final PipeNews clients;
  private final Lane lane;

  /** When the node refuses what it gets; null while it does, and while it is in service. */
  private Lane.@Nullable Timer refusing;

  Draining(DrainAdmin node, PipeNews clients, Lane lane) {
    this.node = node;
    this.clients = clients;
    this.lane = lane;
  }

  @Override
  public void drain(boolean drained) {
    if (drained) {
      drainWithin(TOLD_NANOS);
    } else {
      cancel();
      node.drain(false);
      clients.tell(false);
    }
  }

  /**
   * Drains the node, for good or until {@code drain(false)}.
   *
   * @param nanosMax for how long clients may be waited for
   */
  void drainWithin(long nanosMax) {
    if (!clients.isDraining()) {
      clients.tell(true);
      if (clients.hasListeners() && nanosMax > 0) {
        refuseAfter(STEPS, Math.min(TOLD_NANOS, nanosMax) / STEPS);
        return;
      }
    }
    if (refusing == null) {
      node.drain(true);
    }
  }

  private void refuseAfter(int steps, long nanosOfEach) {
    if (steps > 0) {
      refusing = lane.schedule(nanosOfEach, () -> refuseAfter(steps - 1, nanosOfEach));
    } else {
      refusing = null;
      node.drain(true);
    }
  }

  private void cancel() {
    Lane.Timer timer = refusing;
    if (timer != null) {
      timer.cancel();
      refusing = null;
    }
  }

  /** Whether clients that were told may still be served. */
  boolean isTelling() {
    return refusing != null;
  }

  /** What clients have sent, and the node has not got yet, is under way. */
  @Override
  public Standing drainStanding() {
    Standing now = node.drainStanding();
    return isTelling()
        ? new Standing(
            true, Math.max(1, now.requests()), now.leadsMetadata(), now.decidesLocks(), now.hints())
        : now;
  }
}
