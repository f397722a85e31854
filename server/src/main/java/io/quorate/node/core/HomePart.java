package io.quorate.node.core;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.Allowances;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.RegionBandwidth;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.health.OwnCondition;
import io.quorate.version.HybridClock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the data plane of a node has once, however many lanes share the partitions: which nodes are
 * live, the clocks that heartbeats compare, what clients feel of work in the background, and what
 * that may carry between regions. Each {@link DataPart} sees of it what {@code LiveNodes} and
 * {@link BackgroundBudget} say, and nothing else (docs/design/lanes.md).
 */
record HomePart(
    NodeEnvironment environment,
    HybridClock hybridClock,
    Slowdown slowdown,
    Liveness liveness,
    RegionBandwidth bandwidth) {
  static HomePart build(
      NodeId self,
      NodeEnvironment environment,
      CoreSettings settings,
      Placements placements,
      LongSupplier diskMark,
      Consumer<Event> events) {
    HybridClock hybridClock =
        new HybridClock(settings.liveness().clockSkewMillisMax(), settings.stampMillisMax());
    Slowdown slowdown = new Slowdown(environment.clock());
    Liveness liveness =
        new Liveness(
            self,
            environment.time(),
            hybridClock,
            environment.messages(),
            new OwnCondition(() -> environment.storage().health().isWritable(), slowdown, diskMark),
            settings.liveness(),
            events);
    liveness.placementsChanged(placements);
    RegionBandwidth bandwidth =
        new RegionBandwidth(
            self, placements, environment.clock(), settings.regionBytesPerSecond(), events);
    return new HomePart(environment, hybridClock, slowdown, liveness, bandwidth);
  }

  void placementsChanged(Placements placements) {
    liveness.placementsChanged(placements);
    bandwidth.placementsChanged(placements);
  }

  /**
   * At which rate work of this urgency may go on, so that clients do not feel it, nor the network
   * between regions.
   */
  BackgroundBudget budget(Urgency urgency, Consumer<Event> events) {
    return bandwidth.beside(
        new Allowances(urgency, environment.clock(), slowdown, liveness::slowdownPercent, events));
  }
}
