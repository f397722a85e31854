package io.quorate.sim.check;

import io.quorate.placement.Placements;
import java.util.Map;
import java.util.TreeMap;

/** Purge mark of each partition under each of its epochs, as nodes have applied them. */
final class PurgesSeen {
  /** Purge marks by partition and epoch. */
  private final Map<Integer, TreeMap<Long, Long>> purged = new TreeMap<>();

  private long newestState;
  private int partitions = 1;

  void learn(Placements placements) {
    if (placements.stateVersion() <= newestState) {
      return;
    }
    newestState = placements.stateVersion();
    partitions = placements.partitions().size();
    for (int partition = 0; partition < partitions; partition++) {
      purged
          .computeIfAbsent(partition, first -> new TreeMap<>())
          .put(placements.epoch(partition), placements.purge(partition).purged());
    }
  }

  int partitions() {
    return partitions;
  }

  /** Returns the mark under an epoch, which a node must have applied before. */
  long upTo(int partition, long epoch) {
    Map.Entry<Long, Long> at = purged.getOrDefault(partition, new TreeMap<>()).floorEntry(epoch);
    return at == null ? 0 : at.getValue();
  }
}
