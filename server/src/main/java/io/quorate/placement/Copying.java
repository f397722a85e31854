package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica of the set that a partition goes to must be brought, for the tenants of one
 * factor, before that set is read (docs/design/topology-change.md#copy).
 *
 * <p>What was acknowledged before both sets were written to lies on a majority of the old one, and
 * is found on any majority of it. So a replica that was compared with that many holds it; one that
 * was of the old set itself counts as one of them. It is not enough to copy to replicas that
 * arrive: those that stay may be a majority that missed it (docs/design/topology-change.md#f4).
 *
 * @param sources others of the old set that hold what they must, most preferred first
 * @param needed with how many of them it must have been compared
 * @param arrives whether it was not of the old set, and so holds nothing to begin with
 */
public record Copying(List<NodeId> sources, int needed, boolean arrives) {
  public Copying {
    sources = List.copyOf(sources);
  }

  /** Of one node; null if nothing is to be brought to it, since its set does not change now. */
  public static @Nullable Copying of(PartitionPlacement placement, Factor factor, NodeId node) {
    Move move = placement.move();
    if (move == null
        || move.step() != Move.Step.DUAL_WRITE
        || !(placement.stage(factor) instanceof Stage.Moving sets)
        || !sets.next().contains(node)) {
      return null;
    }
    boolean arrives = !sets.old().contains(node);
    boolean counts = !arrives && !placement.filling().contains(node);
    List<NodeId> sources = new ArrayList<>(sets.old());
    sources.remove(node);
    sources.removeAll(placement.filling());
    int majority = sets.old().size() / 2 + 1;
    return new Copying(sources, counts ? majority - 1 : majority, arrives);
  }
}
