package io.quorate.node.core;

import io.quorate.admin.ClusterAdmin;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cut.CutConfig;
import io.quorate.cut.CutDriver;
import io.quorate.cut.CutEvent;
import io.quorate.cut.LaxCut;
import io.quorate.event.Event;
import io.quorate.locks.LaxLocks;
import io.quorate.locks.LockConfig;
import io.quorate.locks.Locks;
import io.quorate.metadata.LaxMetadata;
import io.quorate.metadata.MetadataConfig;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataListener;
import io.quorate.metadata.StoredGroup;
import io.quorate.migration.Driver;
import io.quorate.migration.LaxMoves;
import io.quorate.migration.MigrationEvent;
import io.quorate.migration.MoveConfig;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.purge.LaxPurge;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeEvent;
import io.quorate.purge.PurgeReport;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.move.Copier;
import io.quorate.replication.move.LaxCopier;
import io.quorate.replication.repair.DamageRepair;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.LaxMending;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.LaxReplica;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.ReplicaListener;
import io.quorate.replication.tree.TreePace;
import io.quorate.replication.tree.Trees;
import io.quorate.storage.Storage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What tests of other packages read inside a node. */
public final class NodeInside {
  private NodeInside() {}

  /**
   * Opens a node of which some rules are left out.
   *
   * @param changes told of what becomes durable in its replica
   */
  public static NodeCore open(
      NodeEnvironment environment,
      CoreSettings settings,
      NodeListener listener,
      NodeLacks lacks,
      ReplicaListener changes) {
    return NodeCore.open(
        environment,
        settings,
        listener,
        new NodeParts() {
          @Override
          MetadataGroup metadataGroup(
              NodeStarted thisStart,
              StoredGroup stored,
              MetadataConfig config,
              NodeEnvironment environment,
              MetadataListener listener) {
            return LaxMetadata.create(
                lacks.metadata(),
                thisStart,
                stored,
                config,
                environment.time(),
                environment.randomness(),
                environment.metadataMessages(),
                listener);
          }

          @Override
          Locks locks(
              NodeId self,
              int boot,
              LockConfig config,
              NodeEnvironment environment,
              Locks.Cluster cluster,
              Consumer<Event> events) {
            return LaxLocks.create(
                Set.of(),
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

          @Override
          Replica replica(Replica.Collaborators with, Placements placements) {
            return LaxReplica.create(
                lacks.replica(), lacks.replacing(), Set.of(), with.and(changes), placements);
          }

          // So little that runs of some seconds keep trees again, and cut the log.
          @Override
          TreePace treePace(int partitions) {
            return new TreePace(400, 1_200);
          }

          @Override
          Placements forReplicas(Placements placements) {
            return lacks.filling().contains(LaxFilling.COUNTS_MEANWHILE)
                ? with(placements, NodeInside::full)
                : placements;
          }

          @Override
          DamageRepair damageRepair(
              RepairContext context,
              Filler filler,
              DamageRepair.Request request,
              RepairConfig config,
              Placements placements) {
            return lacks.filling().contains(LaxFilling.DROPPED_UNASKED)
                ? LaxMending.create(context, filler, request, config, placements)
                : super.damageRepair(context, filler, request, config, placements);
          }

          @Override
          PurgeDriver purgeDriver(PurgeConfig config, Consumer<PurgeEvent> events) {
            LaxPurge purge = lacks.purge();
            return purge == null ? super.purgeDriver(config, events) : purge.driver(config, events);
          }

          @Override
          Coordinator coordinator(Coordinator.Collaborators with, Placements placements) {
            return lacks.coordinator().apply(with, placements);
          }

          @Override
          Copier copier(
              RepairContext context,
              Function<Urgency, BackgroundBudget> budgets,
              RepairConfig config,
              Placements placements) {
            return LaxCopier.create(lacks.copier(), context, budgets, config, placements);
          }

          @Override
          CutDriver cutDriver(CutConfig config, Consumer<CutEvent> events) {
            return lacks.cut().isEmpty()
                ? super.cutDriver(config, events)
                : LaxCut.driver(lacks.cut(), config, events);
          }

          @Override
          Driver moveDriver(MoveConfig config, Consumer<MigrationEvent> events) {
            LaxMoves moves = lacks.moves();
            return moves == null ? super.moveDriver(config, events) : moves.driver(config, events);
          }
        });
  }

  /** What a node reports of purges, of a deletion as soon as it is one. */
  public static Supplier<PurgeReport> purgeReports(
      NodeId self, Replica replica, Supplier<Placements> placements) {
    var reporter = new PurgeReporter(self, replica, 0);
    return () -> reporter.next(placements.get(), Long.MAX_VALUE);
  }

  /** Returns what has a node make a report of purges, which is taken once it may be said. */
  public static Runnable purgeReporting(
      NodeId self, Replica replica, Placements placements, Consumer<PurgeReport> send) {
    var reporter = new PurgeReporter(self, replica, 0);
    return () -> reporter.report(placements, Long.MAX_VALUE, send);
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable MetadataGroup metadata(NodeCore core) {
    return core.metadata();
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable Locks locks(NodeCore core) {
    return core.lockPart();
  }

  /** The node as operators see it; it has no report to give, for it has no configuration. */
  @SuppressWarnings("NullAway") // only the report reads the configuration
  public static ClusterAdmin admin(NodeCore core, Storage storage) {
    return new NodeAdmin(
        core,
        null,
        storage,
        () -> ClusterAdmin.DiskUsage.UNKNOWN,
        List::of,
        () -> ClusterAdmin.TokenKeysState.FINE,
        () -> "");
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable Coordinator coordinator(NodeCore core) {
    DataPart data = core.data();
    return data == null ? null : data.coordinator();
  }

  /** Null until the node belongs to a cluster. */
  public static @Nullable Trees trees(NodeCore core) {
    DataPart data = core.data();
    return data == null ? null : data.replica().trees();
  }

  /** Requests that wait for their turn; those of {@link #blockedWrites} are beside. */
  public static int waiting(NodeCore core) {
    DataPart data = core.data();
    return data == null ? 0 : data.waitingForTurn();
  }

  /** Writes that wait until their partition has moved. */
  public static int blockedWrites(NodeCore core) {
    DataPart data = core.data();
    return data == null ? 0 : data.blockedWrites().waiting();
  }

  private static Placements with(
      Placements placements, UnaryOperator<PartitionPlacement> partition) {
    return new Placements(
        placements.stateVersion(),
        placements.nodes(),
        placements.tenants(),
        placements.partitions().stream().map(partition).toList());
  }

  private static PartitionPlacement full(PartitionPlacement partition) {
    return new PartitionPlacement(
        partition.epoch(),
        partition.preferenceList(),
        partition.purge(),
        new TreeSet<>(),
        partition.move());
  }
}
