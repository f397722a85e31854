package io.quorate.sim.check;

import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.repair.AntiEntropy;
import java.util.List;

/**
 * At rest, each node compares the partitions that its placements require: of each pair of full
 * replicas, the earlier one compares with the later.
 */
public final class PairsChecker {
  private PairsChecker() {}

  public static void rests(
      String node, NodeId self, AntiEntropy antiEntropy, Placements placements) {
    int pairs = 0;
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      PartitionPlacement placement = placements.partitions().get(partition);
      for (Factor factor : placements.factors(partition)) {
        List<NodeId> full =
            placement.replicas(factor).stream()
                .filter(each -> isFull(placement, factor, each))
                .toList();
        pairs += full.contains(self) ? full.size() - 1 - full.indexOf(self) : 0;
      }
    }
    int known = antiEntropy.standing().pairs();
    if (known != pairs) {
      throw new PromiseBroken(
          "pairs", "%s compares %d pairs of replicas, not %d".formatted(node, known, pairs));
    }
  }

  private static boolean isFull(PartitionPlacement placement, Factor factor, NodeId node) {
    Copying copying = Copying.of(placement, factor, node);
    return !placement.filling().contains(node) && (copying == null || !copying.arrives());
  }
}
