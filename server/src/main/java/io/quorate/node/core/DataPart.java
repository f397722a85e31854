package io.quorate.node.core;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.admission.Admission;
import io.quorate.replication.admission.BlockedWrites;
import io.quorate.replication.admission.Entry;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.drop.DroppedRecords;
import io.quorate.replication.health.LiveNodes;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.move.Copier;
import io.quorate.replication.move.DamagedHandOver;
import io.quorate.replication.move.Leftovers;
import io.quorate.replication.repair.DamageRepair;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.TenantSizes;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * The data plane of the partitions of one lane: all of it is owned by that lane, and reached from
 * no other (docs/design/lanes.md). A node has one lane today, and so one of these.
 */
record DataPart(
    Replica replica,
    Coordinator coordinator,
    Filler filler,
    DamageRepair damageRepair,
    Copier copier,
    DamagedHandOver damagedHandOver,
    Leftovers leftovers,
    DroppedRecords droppedRecords,
    TenantSizes tenantSizes,
    Admission admission,
    BlockedWrites blockedWrites,
    Entry entry,
    NodeParts rules) {

  static DataPart build(
      NodeId self,
      int boot,
      HomePart home,
      NodeEnvironment environment,
      CoreSettings settings,
      Placements placements,
      Filler.Report fillReport,
      DamageRepair.Request refillRequest,
      HeldTokens tokens,
      NodeParts rules,
      Consumer<Event> events) {
    LiveNodes liveness = home.liveness();
    Function<Urgency, BackgroundBudget> budgets = urgency -> home.budget(urgency, events);
    BackgroundBudget budget = budgets.apply(Urgency.CATCHING_UP);
    RecordStore records = environment.storage().records(environment.lane());
    Replica replica =
        rules.replica(
            new Replica.Collaborators(
                self,
                records,
                environment.storage().arrivals(environment.lane()),
                environment.storage().notes(environment.lane()),
                environment.clock(),
                home.hybridClock(),
                settings.caches(),
                settings.notes(),
                events),
            rules.forReplicas(placements));
    replica
        .trees()
        .resume(
            environment.storage().trees(environment.lane()),
            boot,
            rules.treePace(placements.partitions().size()),
            events);
    Coordinator coordinator =
        rules.coordinator(
            new Coordinator.Collaborators(
                self,
                boot,
                environment.lane(),
                environment.clock(),
                home.hybridClock(),
                environment.messages(),
                replica,
                liveness,
                courier ->
                    new Hints(
                        environment.storage().hints(environment.lane()),
                        liveness::isWritable,
                        environment.clock(),
                        courier,
                        budget,
                        settings.hints(),
                        events),
                budget,
                budgets.apply(Urgency.COPYING),
                tokens,
                settings.coordinator(),
                events),
            rules.forReplicas(placements));
    Admission admission =
        new Admission(
            coordinator,
            environment.time(),
            placements,
            liveness::isLive,
            home.slowdown(),
            settings.admission(),
            events);
    BlockedWrites blockedWrites =
        new BlockedWrites(
            admission,
            environment.lane(),
            environment.clock(),
            placements,
            settings.admission(),
            events);
    Entry entry = new Entry(blockedWrites, placements);
    var repair =
        new RepairContext(
            self, replica, coordinator.peers(), liveness::isLive, environment.time(), events);
    RepairConfig repairConfig = settings.coordinator().repair();
    Filler filler =
        new Filler(
            repair,
            fillReport,
            budgets.apply(Urgency.FILLING),
            repairConfig,
            rules.forFiller(placements));
    DamageRepair damageRepair =
        rules.damageRepair(repair, filler, refillRequest, repairConfig, placements);
    replica.onDamage(damageRepair::found);
    Copier copier = rules.copier(repair, budgets, repairConfig, placements);
    Leftovers leftovers = new Leftovers(repair, records, copier, budget, placements);
    damageRepair.keepWhile(new DamageRepair.Owed(leftovers::owes, leftovers::waitsToHandOver));
    var damagedHandOver = new DamagedHandOver(repair, records, leftovers, budget, placements);
    DroppedRecords droppedRecords =
        new DroppedRecords(repair, records, forgetting(environment), placements);
    return new DataPart(
        replica,
        coordinator,
        filler,
        damageRepair,
        copier,
        damagedHandOver,
        leftovers,
        droppedRecords,
        new TenantSizes(self, records, replica.trees()),
        admission,
        blockedWrites,
        entry,
        rules);
  }

  private static Consumer<IntPredicate> forgetting(NodeEnvironment environment) {
    RecordStore.PutCallback outcomeIgnored =
        new RecordStore.PutCallback() {
          @Override
          public void stored() {}

          @Override
          public void failed(StorageFault fault) {}
        };
    return tenants -> environment.storage().forgetKeys(environment.lane(), tenants, outcomeIgnored);
  }

  void start() {
    coordinator.start();
    filler.start();
    damageRepair.start();
    copier.start();
    damagedHandOver.start();
    leftovers.start();
    droppedRecords.start();
  }

  void stop() {
    droppedRecords.stop();
    leftovers.stop();
    damagedHandOver.stop();
    copier.stop();
    damageRepair.stop();
    filler.stop();
    coordinator.stop();
  }

  /** Requests of clients that wait to be let in. */
  int waiting() {
    return blockedWrites.waiting() + waitingForTurn();
  }

  /** Requests of clients that wait for their turn. */
  int waitingForTurn() {
    return admission.waiting();
  }

  /**
   * The coordinator plans by what the replica and the liveness of nodes know: so it comes after.
   */
  void placementsChanged(Placements placements) {
    Placements forReplicas = rules.forReplicas(placements);
    replica.placementsChanged(forReplicas);
    coordinator.placementsChanged(forReplicas);
    damageRepair.placementsChanged(placements);
    filler.placementsChanged(rules.forFiller(placements));
    damagedHandOver.placementsChanged(placements);
    leftovers.placementsChanged(placements);
    droppedRecords.placementsChanged(placements);
    copier.placementsChanged(placements);
    admission.placementsChanged(placements);
    blockedWrites.placementsChanged(placements);
    entry.placementsChanged(placements);
  }
}
