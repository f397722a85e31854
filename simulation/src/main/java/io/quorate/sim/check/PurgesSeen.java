package io.quorate.sim.check;

import io.quorate.placement.Placements;
import java.util.Map;
import java.util.TreeMap;

/** Up to where each partition was purged under each of its epochs, as nodes were told. */
final class PurgesSeen {
  /** By partition, then by epoch. */
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

  /** Under an epoch; nobody may know of it before a node has been told. */
  long upTo(int partition, long epoch) {
    Map.Entry<Long, Long> at = purged.getOrDefault(partition, new TreeMap<>()).floorEntry(epoch);
    return at == null ? 0 : at.getValue();
  }
}
