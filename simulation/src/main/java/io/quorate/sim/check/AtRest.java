package io.quorate.sim.check;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.version.Record;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is on all disks when nothing is under way any more.
 *
 * @param partitions what each holds
 */
public record AtRest(List<PartitionAtRest> partitions) {
  public AtRest {
    partitions = List.copyOf(partitions);
  }

  /**
   * One partition.
   *
   * @param replicas that are to hold it
   * @param held by node, also those that are no replicas: what its disk has, tombstones included
   */
  public record PartitionAtRest(
      int partition, List<NodeId> replicas, Map<NodeId, Map<Key, Record>> held) {
    public PartitionAtRest {
      replicas = List.copyOf(replicas);
      held = Collections.unmodifiableMap(new TreeMap<>(held));
    }
  }
}
