package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.sim.check.AtRest;
import io.quorate.sim.check.AtRest.PartitionAtRest;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.check.PromiseChecker;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Looks at a cluster in which nothing happens any more: its nodes agree on the placements, and
 * their disks hold what was promised.
 */
final class RestCheck {
  private final List<SimNode> nodes;
  private final PromiseChecker checker;
  private final Placements placements;

  /**
   * Begins to look.
   *
   * @param nodes those that are part of the cluster
   * @throws PromiseBroken if the first is part of no cluster
   */
  RestCheck(List<SimNode> nodes, PromiseChecker checker) {
    this.nodes = nodes;
    this.checker = checker;
    SimNode first = nodes.getFirst();
    Placements known = first.placements();
    if (known == null) {
      throw new PromiseBroken("liveness", first.name() + " is part of no cluster");
    }
    this.placements = known;
  }

  void check(List<Tenant> tenants) {
    checkAllKnowTheSame();
    tenants.forEach(this::checkRecords);
    nodes.forEach(this::checkNothingOfTheDropped);
    nodes.forEach(node -> node.checks().checkAtRest(placements));
    for (SimNode node : nodes) {
      node.queues().forEach(queue -> checker.rests(node.name(), queue));
    }
  }

  private void checkAllKnowTheSame() {
    SimNode first = nodes.getFirst();
    for (SimNode node : nodes) {
      if (!placements.equals(node.placements())
          || !Objects.equals(node.cluster(), first.cluster())) {
        throw new AssertionError(
            node.name() + " is of " + node.cluster() + " and knows " + node.placements());
      }
    }
  }

  private void checkNothingOfTheDropped(SimNode node) {
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      for (RecordStore.Entry entry : node.disk().durableRecords(partition)) {
        if (placements.tenants().dropped().contains(entry.key().tenant())) {
          throw new PromiseBroken(
              "dropped", node.name() + " holds " + entry.key() + " of a tenant that was dropped");
        }
      }
    }
  }

  /** The replicas of a tenant's keys hold what was promised. */
  private void checkRecords(Tenant of) {
    List<PartitionAtRest> partitions = new ArrayList<>();
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      Map<NodeId, Map<Key, Record>> held = new TreeMap<>();
      for (SimNode node : nodes) {
        Map<Key, Record> durable = node.durable(of.id(), partition);
        if (of.keepsSiblings() || of.mergesFields() || of.isLinearizable()) {
          // What a replica has promised of a register is its own. What is purged of a record goes
          // from the disk when the record is written again.
          long purged = placements.purge(partition).purged();
          durable.replaceAll((key, record) -> of.model().counted(record, purged));
          durable.values().removeIf(Objects::isNull);
        }
        held.put(Objects.requireNonNull(node.id()), durable);
      }
      Tenant now = Objects.requireNonNullElse(placements.tenant(of.name()), of);
      List<NodeId> replicas = placements.stage(partition, now).replicas();
      partitions.add(new PartitionAtRest(partition, replicas, held));
    }
    checker.rests(of.name(), new AtRest(partitions));
  }
}
