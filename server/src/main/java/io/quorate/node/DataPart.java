package io.quorate.node;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.admission.Admission;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.replica.Replica;
import io.quorate.version.HybridClock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The data plane of a node that belongs to a cluster. */
record DataPart(
    HybridClock hybridClock,
    Liveness liveness,
    Replica replica,
    Coordinator coordinator,
    Admission admission) {

  static DataPart build(
      NodeId self,
      int boot,
      Doors doors,
      CoreSettings settings,
      Placements placements,
      Consumer<Fact> facts) {
    HybridClock hybridClock = new HybridClock(settings.liveness().clockSkewMillisMax());
    BooleanSupplier writable = () -> doors.storage().health().isWritable();
    Liveness liveness =
        new Liveness(
            self,
            doors.lane(),
            doors.clock(),
            hybridClock,
            doors.messages(),
            writable,
            settings.liveness(),
            facts);
    liveness.placementsChanged(placements);
    Replica replica =
        new Replica(
            self,
            doors.storage().records(doors.lane()),
            doors.clock(),
            hybridClock,
            placements,
            settings.recordCacheBytes(),
            facts);
    Coordinator coordinator =
        new Coordinator(
            self,
            boot,
            doors.lane(),
            doors.clock(),
            hybridClock,
            doors.messages(),
            replica,
            liveness,
            placements,
            writable,
            courier ->
                new Hints(
                    doors.storage().hints(doors.lane()),
                    liveness::isWritable,
                    doors.clock(),
                    courier,
                    settings.hints(),
                    facts),
            settings.coordinator(),
            facts);
    Admission admission =
        new Admission(
            coordinator,
            doors.lane(),
            doors.clock(),
            placements,
            liveness::isLive,
            settings.admission(),
            facts);
    return new DataPart(hybridClock, liveness, replica, coordinator, admission);
  }

  void start() {
    liveness.start();
    coordinator.start();
  }

  void stop() {
    coordinator.stop();
    liveness.stop();
  }

  /** The coordinator plans by what replica and liveness know, so it is told last. */
  void placementsChanged(Placements placements) {
    liveness.placementsChanged(placements);
    replica.placementsChanged(placements);
    coordinator.placementsChanged(placements);
    admission.placementsChanged(placements);
  }
}
