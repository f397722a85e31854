package io.quorate.sim.check;

import io.quorate.placement.Placements;
import io.quorate.replication.api.ResultInfo;
import java.util.Set;
import java.util.TreeSet;

/**
 * Partitions of which some node knew that writes may be lost with replicas that were given up: of
 * these, and of no others, a read may say that it may have missed something.
 */
final class LossesSeen {
  private final Set<Integer> partitions = new TreeSet<>();

  void learn(Placements placements) {
    partitions.addAll(placements.lossEpochs().keySet());
  }

  boolean isKnown(ResultInfo info) {
    return partitions.contains(info.partition());
  }

  /** Whether the answer told its caller that something newer may be lost. */
  boolean isTold(ResultInfo info) {
    return info.potentiallyStale() && isKnown(info);
  }

  boolean isEmpty() {
    return partitions.isEmpty();
  }
}
