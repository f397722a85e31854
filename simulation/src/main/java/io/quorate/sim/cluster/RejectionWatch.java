package io.quorate.sim.cluster;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Operation;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.hint.HintEvent;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.program.Words;
import io.quorate.version.Version;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks tenants whose writes are refused when hints overflow (hint_overflow: REJECT): a write is
 * not acknowledged if a silent replica misses it and its coordinator has no room for a hint, from
 * the write's beginning to its end.
 */
final class RejectionWatch {
  private static final String NAME = "rejections";

  private final SimNode node;
  private final Set<NodeId> silent = new TreeSet<>();

  /** By node: events that may make room for hints to it, or end its silence. */
  private final Map<NodeId, Integer> changes = new TreeMap<>();

  RejectionWatch(SimNode node) {
    this.node = node;
  }

  void happened(Event event) {
    switch (event) {
      case HealthEvent.Liveness(NodeId other, boolean live) -> {
        changed(other);
        if (live) {
          silent.remove(other);
        } else {
          silent.add(other);
        }
      }
      case HintEvent.HintDelivered(NodeId target) -> changed(target);
      case HintEvent.HintDiscarded(NodeId target) -> changed(target);
      case HintEvent.HintGivenUp(NodeId target, int partition) -> changed(target);
      case HintEvent.HintMoved(NodeId target, int partition) -> changed(target);
      case HintEvent.DeadLettered(NodeId target, int partition, Key key, String why) ->
          changed(target);
      default -> {}
    }
  }

  /** A write goes to another node: it is heard again, even if only for a moment. */
  void writesTo(NodeId other) {
    changed(other);
  }

  private void changed(NodeId about) {
    changes.merge(about, 1, Integer::sum);
  }

  private int changesOf(NodeId about) {
    return changes.getOrDefault(about, 0);
  }

  void died() {
    silent.clear();
  }

  /**
   * A call begins.
   *
   * @return to be told under which version it is acknowledged as a write; null: it may be
   */
  @Nullable Consumer<Version> begins(Operation operation, Coordinator coordinator) {
    Placements placements = node.placements();
    Tenant tenant = placements == null ? null : placements.tenant(operation.tenant());
    if (placements == null
        || tenant == null
        || operation instanceof Operation.Get
        || tenant.get(TenantSetting.HINT_OVERFLOW) != HintOverflow.REJECT) {
      return null;
    }
    Key key = new Key(tenant.id(), operation.key());
    int partition = key.partition(placements.partitions().size());
    Set<NodeId> replicas = new TreeSet<>(placements.stage(partition, tenant).replicas());
    NodeId self = node.id();
    if (self == null || !replicas.contains(self)) {
      return null; // another node coordinates it
    }
    for (NodeId replica : replicas) {
      if (silent.contains(replica)
          && !coordinator.hints().hasRoom(replica, partition, placements.epoch(partition), key)) {
        node.windows().enter("write of a tenant that wants it refused");
        int then = changesOf(replica);
        return version -> check(operation, version, replica, placements, then);
      }
    }
    return null;
  }

  /**
   * A write that another node stamped was forwarded there, and uses the room for hints of that
   * node.
   */
  private void check(
      Operation operation, Version version, NodeId replica, Placements placements, int then) {
    if (version.node().equals(node.id())
        && changesOf(replica) == then
        && placements.equals(node.placements())) {
      throw new PromiseBroken(
          NAME,
          "%s acknowledged %s, which %s misses, without room for a hint"
              .formatted(node.name(), Words.of(operation), replica));
    }
  }
}
