package io.quorate.placement;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes to which a replica that a partition has left gives what they may lack, for the tenants
 * of one factor, before it deletes what it holds. Nothing that a majority acknowledged needs this;
 * what was written at lower levels may lie nowhere else.
 *
 * @param receivers the replicas in charge that hold what they must, most preferred first
 * @param majority how many of those in charge must have it at least
 */
public record HandOver(List<NodeId> receivers, int majority) {
  public HandOver {
    receivers = List.copyOf(receivers);
  }

  /** Of one node; null if the partition does not leave it now. */
  public static @Nullable HandOver of(PartitionPlacement placement, Factor factor, NodeId node) {
    Move move = placement.move();
    if (move == null || move.isDual() || !placement.ofOther(factor).contains(node)) {
      return null;
    }
    List<NodeId> inCharge = placement.replicas(factor);
    return inCharge.contains(node) ? null : to(placement, factor);
  }

  /**
   * The hand-over of a node that holds records of the partition though it is not one of its
   * replicas.
   */
  public static HandOver to(PartitionPlacement placement, Factor factor) {
    List<NodeId> inCharge = placement.replicas(factor);
    List<NodeId> receivers = new ArrayList<>(inCharge);
    receivers.removeAll(placement.filling());
    return new HandOver(receivers, inCharge.size() / 2 + 1);
  }
}
