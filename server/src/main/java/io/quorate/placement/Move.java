package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;

/**
 * How far a partition is on its way from one preference list to another (DESIGN section 7). Each
 * step has an epoch of its own, and at most two adjacent ones are ever alive.
 *
 * @param step where on the ladder it is
 * @param other the list it goes to; during {@link Step#CLEANUP} the one it came from
 * @param begunEpoch epoch of the first step: names this move among all of the partition
 */
public record Move(Step step, List<NodeId> other, long begunEpoch) {

  /** The rungs. */
  public enum Step {
    /** Writes go to both sets, reads ask the old one. The new one is brought what it lacks. */
    DUAL_WRITE,
    /** Writes go to both sets, reads ask the new one. */
    CUTOVER,
    /**
     * On the way back from {@link #CUTOVER}, a step at a time: both sets are written to, and the
     * old one is read again.
     */
    STEP_BACK,
    /**
     * At rest with the list it was to have, or has again; nodes that are not in it hand over what
     * its replicas lack, and delete what they hold.
     */
    CLEANUP
  }

  public Move {
    other = List.copyOf(other);
  }

  /** Whether two sets of replicas are in charge. */
  public boolean isDual() {
    return step != Step.CLEANUP;
  }

  /** The same move, further up or down the ladder. */
  public Move to(Step next) {
    return new Move(next, other, begunEpoch);
  }
}
