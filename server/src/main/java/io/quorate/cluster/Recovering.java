package io.quorate.cluster;

import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import java.util.ArrayList;
import java.util.List;

/**
 * The state that a cluster goes on with after its metadata group was recovered from one survivor.
 *
 * <p>Others may have decided what the survivor never heard of, and acted on it. So nothing that is
 * numbered is numbered as they may have done: every partition begins at an epoch that no node can
 * have reached, which fences off whatever was planned by what is lost; ids of tenants skip those
 * that may have been given; and the state's own version is above all that clients may have seen.
 */
final class Recovering {
  /** More tenants than can have been created in what the survivor did not hear of. */
  private static final int TENANT_IDS_SKIPPED = 10_000;

  private static final int KEPT_MAX = 32;

  private Recovering() {}

  static ClusterState from(ClusterState survived, GroupRecovery recovery, long firstNumber) {
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PartitionPlacement partition : survived.partitions()) {
      if (partition.epoch() >= firstNumber || survived.stateVersion() >= firstNumber) {
        throw new IllegalArgumentException(
            "epoch %d or state version %d is not below %d, from which on the recovered group counts"
                .formatted(partition.epoch(), survived.stateVersion(), firstNumber));
      }
      partitions.add(under(firstNumber, partition));
    }
    List<GroupRecovery> recoveries = new ArrayList<>(survived.recoveries());
    recoveries.add(recovery);
    return new ClusterState(
        survived.clusterId(),
        survived.clusterVersion(),
        firstNumber,
        survived.members(),
        survived.tenants(),
        survived.tenantIds().skipping(TENANT_IDS_SKIPPED),
        partitions,
        // What was planned on a state that the survivor never heard of was planned on another.
        survived.change().accepted(firstNumber),
        recoveries.subList(Math.max(0, recoveries.size() - KEPT_MAX), recoveries.size()),
        survived.losses(),
        survived.departed(),
        // What is left of the group that keeps locks goes on at the survivor alone, too.
        survived.locks().recovered(recovery.survivor()),
        survived.access(),
        survived.joinTokens(),
        CutSteps.recovered(survived.cut()));
  }

  /**
   * On the same rung of its ladder, from its beginning: what was reported or copied under another
   * epoch counts for nothing, since it may have been for a rung that is forgotten.
   */
  private static PartitionPlacement under(long epoch, PartitionPlacement partition) {
    Move move = partition.move();
    return new PartitionPlacement(
        epoch,
        partition.preferenceList(),
        partition.purge(),
        partition.filling(),
        move == null
            ? null
            : new Move(
                move.step(), move.other(), epoch, move.alteredThrough(), move.blocksWrites()),
        partition.alteredThrough());
  }
}
