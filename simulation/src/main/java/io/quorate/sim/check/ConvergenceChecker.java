package io.quorate.sim.check;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.sim.check.AtRest.PartitionAtRest;
import io.quorate.version.Record;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * At rest all replicas of a partition hold the same records byte for byte, tombstones included, and
 * no other node holds anything of it.
 */
final class ConvergenceChecker implements Checker {
  static final String NAME = "convergence";

  @Override
  public void rests(AtRest found) {
    found.partitions().forEach(ConvergenceChecker::check);
  }

  private static void check(PartitionAtRest partition) {
    Set<Key> keys = new TreeSet<>();
    partition
        .held()
        .forEach(
            (node, records) -> {
              if (!records.isEmpty() && !partition.replicas().contains(node)) {
                throw new PromiseBroken(
                    NAME,
                    "%s is no replica of partition %d and holds %s"
                        .formatted(node, partition.partition(), records));
              }
              keys.addAll(records.keySet());
            });
    for (Key key : keys) {
      NodeId first = partition.replicas().get(0);
      for (NodeId other : partition.replicas()) {
        Record one = record(partition, first, key);
        Record two = record(partition, other, key);
        if (one == null || two == null || !Arrays.equals(one.bytes(), two.bytes())) {
          throw new PromiseBroken(
              NAME, "%s holds %s as %s, %s as %s".formatted(first, key, one, other, two));
        }
      }
    }
  }

  private static @Nullable Record record(PartitionAtRest partition, NodeId node, Key key) {
    return partition.held().getOrDefault(node, Map.of()).get(key);
  }
}
