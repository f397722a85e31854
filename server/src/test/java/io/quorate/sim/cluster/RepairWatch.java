package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Sees to it that a read which repairs everyone keeps its word: when it is answered, every replica
 * that it names holds what it returns, or something newer, durably.
 */
final class RepairWatch {
  private static final String NAME = "repairs";

  private final BiFunction<List<NodeId>, String, Map<NodeId, Optional<Record>>> durable;

  /**
   * @param durable what nodes hold under a key, as far as their disks are there
   */
  RepairWatch(BiFunction<List<NodeId>, String, Map<NodeId, Optional<Record>>> durable) {
    this.durable = durable;
  }

  void ends(Call call, String key) {
    if (call.attempt() == null
        || call.attempt().repair() != ReadRepair.Mode.EVERYONE
        || !(call.outcome() instanceof Outcome.Read read)
        || read.live() == null) {
      return; // what was deleted may have been purged since
    }
    Version returned = read.live().version();
    durable
        .apply(read.facts().replicas(), key)
        .forEach(
            (replica, held) -> {
              if (held.isEmpty() || returned.isAfter(held.get().version())) {
                throw new PromiseBroken(
                    NAME,
                    "a read of %s that repairs everyone returned %s, and %s holds %s"
                        .formatted(key, returned, replica, held));
              }
            });
  }
}
