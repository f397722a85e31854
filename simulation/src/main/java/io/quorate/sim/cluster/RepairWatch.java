package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Sees to it that a read which repairs everyone keeps its word: when it is answered, every replica
 * that it names holds what it returns, or something newer, durably; but for one that took away what
 * it had of the key's partition meanwhile, since something in it could not be read, or since it had
 * been moved away: that one counts no more.
 */
final class RepairWatch {
  private static final String NAME = "repairs";

  private final List<SimNode> nodes;
  private final Tenant tenant;

  /**
   * @param nodes of the cluster, also those that are not there yet
   * @param tenant whose keys are read
   */
  RepairWatch(List<SimNode> nodes, Tenant tenant) {
    this.nodes = nodes;
    this.tenant = tenant;
  }

  /** A read begins; gives what is to be told when it ends. */
  Consumer<Call> begins(Key key) {
    Map<NodeId, Integer> before = letGo(key);
    return call -> ends(call, key, before);
  }

  private void ends(Call call, Key key, Map<NodeId, Integer> letGoBefore) {
    if (call.attempt() == null
        || call.attempt().repair() != ReadRepair.Mode.EVERYONE
        || !(call.outcome() instanceof Outcome.Read read)
        || read.live() == null) {
      return; // what was deleted may have been purged since
    }
    Version returned = read.live().version();
    Map<NodeId, Integer> letGoNow = letGo(key);
    durable(read.info().replicas(), key)
        .forEach(
            (replica, held) -> {
              boolean hasLetGo = !Objects.equals(letGoBefore.get(replica), letGoNow.get(replica));
              boolean behind = held.isEmpty() || returned.isAfter(held.get().version());
              if (behind && !hasLetGo) {
                throw new PromiseBroken(
                    NAME,
                    "a read of %s that repairs everyone returned %s, and %s holds %s"
                        .formatted(key, returned, replica, held));
              }
            });
  }

  /** How often each node let go of a key, so far; see {@link LetGo}. */
  private Map<NodeId, Integer> letGo(Key key) {
    Map<NodeId, Integer> letGo = new TreeMap<>();
    for (SimNode node : nodes) {
      NodeId id = node.knownId();
      if (id != null) {
        letGo.put(id, node.checks().letGo().times(key.partition(SimCluster.PARTITIONS), key));
      }
    }
    return letGo;
  }

  /** What each of these nodes holds durably under a key, if its disk is still there. */
  private Map<NodeId, Optional<Record>> durable(List<NodeId> ids, Key key) {
    Map<NodeId, Optional<Record>> held = new TreeMap<>();
    for (SimNode node : nodes) {
      NodeId id = node.knownId();
      if (id != null && ids.contains(id) && !node.hasLostDisk()) {
        int partition = key.partition(SimCluster.PARTITIONS);
        held.put(id, Optional.ofNullable(node.durable(tenant.id(), partition).get(key)));
      }
    }
    return held;
  }
}
