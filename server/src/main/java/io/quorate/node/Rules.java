package io.quorate.node;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeFact;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.Mending;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore;
import io.quorate.version.HybridClock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * How the parts of a node are made, and what they are told of the cluster, each in one place. Tests
 * replace single answers by classic mistakes and demand that it is noticed.
 */
class Rules {
  /** What coordinator and replica know: also who is being filled, and so does not count. */
  Placements forReplicas(Placements placements) {
    return placements;
  }

  /** What is filled, and from whom it must have been filled before it counts. */
  Placements forFiller(Placements placements) {
    return placements;
  }

  Replica replica(
      NodeId self,
      RecordStore store,
      Clock clock,
      HybridClock hybridClock,
      Placements placements,
      long cacheBytes,
      Consumer<Fact> facts) {
    return new Replica(self, store, clock, hybridClock, placements, cacheBytes, facts);
  }

  Mending mending(
      NodeId self,
      Mending.Ward ward,
      Filler filler,
      Peers peers,
      Predicate<NodeId> isLive,
      Mending.Request request,
      Lane lane,
      Clock clock,
      Placements placements,
      RepairConfig config,
      Consumer<Fact> facts) {
    return new Mending(
        self, ward, filler, peers, isLive, request, lane, clock, placements, config, facts);
  }

  PurgeDriver purgeDriver(PurgeConfig config, Consumer<PurgeFact> facts) {
    return new PurgeDriver(config, facts);
  }
}
