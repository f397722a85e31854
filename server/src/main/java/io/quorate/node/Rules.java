package io.quorate.node;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeConfig;
import io.quorate.purge.PurgeDriver;
import io.quorate.purge.PurgeFact;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.repair.Mending;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.version.HybridClock;
import java.util.function.Consumer;

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

  Mending mending(Mending.Collaborators with, Placements placements) {
    return new Mending(with, placements);
  }

  PurgeDriver purgeDriver(PurgeConfig config, Consumer<PurgeFact> facts) {
    return new PurgeDriver(config, facts);
  }
}
