package io.quorate.sim.check;

import io.quorate.placement.Placements;
import io.quorate.replication.api.ResultInfo;
import java.util.Set;
import java.util.TreeSet;

/**
 * Partitions that lost writes with replicas that were given up, as far as some node knew: reads of
 * these, and of no others, may say that they may have missed a write.
 */
final class LossesSeen {
  private final Set<Integer> partitions = new TreeSet<>();

  /** Returns the partitions whose losses were not known before. */
  Set<Integer> learn(Placements placements) {
    Set<Integer> others = new TreeSet<>(placements.lossEpochs().keySet());
    others.removeAll(partitions);
    partitions.addAll(others);
    return others;
  }

  boolean isKnown(ResultInfo info) {
    return partitions.contains(info.partition());
  }

  /** Whether the answer says that newer writes may be lost. */
  boolean isTold(ResultInfo info) {
    return info.potentiallyStale() && isKnown(info);
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }
}
