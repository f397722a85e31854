package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.List;

/**
 * How far a partition is on its way from one preference list to another
 * (docs/design/topology-change.md#the-steps). Each step has an epoch of its own, and at most two
 * adjacent ones are ever alive.
 *
 * @param step where on the ladder it is
 * @param other the list it goes to; during {@link Step#CLEANUP} the one it came from
 * @param begunEpoch epoch of the first step: names this move among all of the partition
 * @param alteredThrough log index up to which {@code other} follows alterations of tenants' factors
 * @param blocksWrites whether writes of clients wait until two sets are in charge no more
 */
public record Move(
    Step step, List<NodeId> other, long begunEpoch, long alteredThrough, boolean blocksWrites) {

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

  /** Of a cluster in which no tenant was ever altered. */
  public Move(Step step, List<NodeId> other, long begunEpoch) {
    this(step, other, begunEpoch, 0, false);
  }

  /** Whether it is on the way to the other list. */
  public boolean isForward() {
    return step == Step.DUAL_WRITE || step == Step.CUTOVER;
  }

  /** Whether two sets of replicas are in charge. */
  public boolean isDual() {
    return step != Step.CLEANUP;
  }

  /** Returns this move at another step. */
  public Move to(Step next) {
    return new Move(next, other, begunEpoch, alteredThrough, blocksWrites);
  }
}
