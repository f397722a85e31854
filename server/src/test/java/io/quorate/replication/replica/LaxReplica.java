package io.quorate.replication.replica;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.fact.Fact;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.version.HybridClock;
import java.util.function.Consumer;

/** Replicas that lack a rule, for tests that must notice it. */
public final class LaxReplica {
  private LaxReplica() {}

  /** Makes one; a flag that is set leaves its rule out. */
  public static Replica create(
      boolean servesUndrained,
      NodeId self,
      RecordStore store,
      Clock clock,
      HybridClock hybridClock,
      Placements placements,
      long cacheBytes,
      Consumer<Fact> facts) {
    return new Replica(
        self,
        store,
        clock,
        hybridClock,
        placements,
        cacheBytes,
        facts,
        new Rules() {
          @Override
          boolean drainsBeforeServing() {
            return !servesUndrained;
          }
        });
  }
}
