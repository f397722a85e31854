package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Filling;
import io.quorate.placement.HandOver;
import io.quorate.placement.Quorum;
import java.util.List;

/**
 * The others with which a replica must have been compared, for the tenants of one factor.
 *
 * @param others the replicas that can be asked, most preferred first
 * @param needed which of them suffice
 * @param every whether all of them that are heard, beside so many
 * @param pagesFirst whether one of them is copied page by page before, for nothing is held yet
 * @param fetches whether what they hold is brought here; it is brought to them in any case
 */
public record CompareGoal(
    List<NodeId> others, Quorum needed, boolean every, boolean pagesFirst, boolean fetches) {
  public CompareGoal {
    others = List.copyOf(others);
  }

  /** Of a replica that is filled. */
  static CompareGoal of(Filling filling) {
    return new CompareGoal(filling.sources(), filling.needed(), false, true, true);
  }

  /**
   * Of a replica of the set that a partition goes to.
   *
   * @param needed with which of the old set it must have been compared
   * @param copied whether it has been copied page by page already
   */
  public static CompareGoal of(Copying copying, Quorum needed, boolean copied) {
    return new CompareGoal(copying.sources(), needed, false, copying.arrives() && !copied, true);
  }

  /** Of a replica that a partition has left. */
  public static CompareGoal of(HandOver handOver) {
    Quorum majority =
        new Quorum(List.of(new Quorum.Group(handOver.receivers(), handOver.majority())));
    return new CompareGoal(handOver.receivers(), majority, true, false, false);
  }
}
