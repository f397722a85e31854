package io.quorate.node.core;

import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cut.CutConfig;
import io.quorate.cut.CutDriver;
import io.quorate.cut.CutEvent;
import io.quorate.event.Event;
import io.quorate.locks.LockConfig;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataConfig;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataListener;
import io.quorate.metadata.StoredGroup;
import io.quorate.migration.Driver;
import io.quorate.migration.MigrationEvent;
import io.quorate.migration.MoveConfig;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeEvent;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.move.Copier;
import io.quorate.replication.repair.DamageRepair;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.TreePace;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How the parts of a node are made, and what they learn of the cluster, one method each. Tests
 * override one method with a classic bug and require that the suite fails.
 */
class NodeParts {
  /**
   * Returns what coordinator and replica know: also which replicas are being filled, and so do not
   * count.
   */
  Placements forReplicas(Placements placements) {
    return placements;
  }

  /** What is filled, and from which replicas it must have been filled before it counts. */
  Placements forFiller(Placements placements) {
    return placements;
  }

  MetadataGroup metadataGroup(
      NodeStarted thisStart,
      StoredGroup stored,
      MetadataConfig config,
      NodeEnvironment environment,
      MetadataListener listener) {
    return new MetadataGroup(
        thisStart,
        stored,
        config,
        environment.time(),
        environment.randomness(),
        environment.metadataMessages(),
        listener);
  }

  Locks locks(
      NodeId self,
      int boot,
      LockConfig config,
      NodeEnvironment environment,
      Locks.Cluster cluster,
      Consumer<Event> events) {
    return new Locks(
        self,
        boot,
        config,
        environment.time(),
        environment.randomness(),
        environment.metadataMessages(),
        environment.storage().locks(environment.lane()),
        cluster,
        events);
  }

  /** How often hash trees are kept for the next start. */
  TreePace treePace(int partitions) {
    return TreePace.of(partitions);
  }

  Replica replica(Replica.Collaborators with, Placements placements) {
    return new Replica(with, placements);
  }

  Coordinator coordinator(Coordinator.Collaborators with, Placements placements) {
    return new Coordinator(with, placements);
  }

  DamageRepair damageRepair(
      RepairContext context,
      Filler filler,
      DamageRepair.Request request,
      RepairConfig config,
      Placements placements) {
    return new DamageRepair(context, filler, request, config, placements);
  }

  Copier copier(
      RepairContext context,
      Function<Urgency, BackgroundBudget> budgets,
      RepairConfig config,
      Placements placements) {
    return new Copier(context, budgets, config, placements);
  }

  PurgeDriver purgeDriver(PurgeConfig config, Consumer<PurgeEvent> events) {
    return new PurgeDriver(config, events);
  }

  CutDriver cutDriver(CutConfig config, Consumer<CutEvent> events) {
    return new CutDriver(config, events);
  }

  Driver moveDriver(MoveConfig config, Consumer<MigrationEvent> events) {
    return new Driver(config, events);
  }
}
