package io.quorate.replication.replica;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import java.util.Set;
import java.util.function.Consumer;

/** Replicas that lack a rule, for tests that must notice it. */
public final class LaxReplica {
  private LaxReplica() {}

  /**
   * Makes one; a flag that is set leaves its rule out.
   *
   * @param replacing what is sent for these causes replaces what is held
   * @param unseenByTrees what is sent for these causes does not enter the hash trees
   */
  public static Replica create(
      boolean servesUndrained,
      Set<Cause> replacing,
      Set<Cause> unseenByTrees,
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

          @Override
          boolean entersTree(Cause cause) {
            return !unseenByTrees.contains(cause);
          }

          @Override
          boolean includes(Record held, Record arriving, Cause cause) {
            return replacing.contains(cause)
                ? held.version().equals(arriving.version())
                : super.includes(held, arriving, cause);
          }
        });
  }
}
