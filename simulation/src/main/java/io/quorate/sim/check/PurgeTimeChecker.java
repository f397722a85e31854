package io.quorate.sim.check;

import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.version.Hlc;
import java.util.function.IntToLongFunction;

/**
 * No purge is confirmed up to a time that no two clocks have shown: a value that expires then would
 * vanish too early. Each replica takes part by its own clock, so one clock that is ahead is not
 * enough where there are two replicas. The clocks of all nodes of the cluster count here, also
 * those of nodes that are no replicas: what this finds is a fault, and it may miss some.
 */
public final class PurgeTimeChecker implements Checker {
  static final String NAME = "purge time";

  private final IntToLongFunction shownMillis;
  private long newestState;

  /**
   * @param shownMillis takes a number N, and returns the latest time that the clocks of N nodes of
   *     the cluster have each shown, in milliseconds since 1970
   */
  public PurgeTimeChecker(IntToLongFunction shownMillis) {
    this.shownMillis = shownMillis;
  }

  @Override
  public void learns(Placements placements) {
    if (placements.stateVersion() <= newestState) {
      return;
    }
    newestState = placements.stateVersion();
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      PurgeMarks marks = placements.purge(partition);
      int replicas = Math.min(2, placements.replicasOfAny(partition).size());
      long shown = shownMillis.applyAsLong(replicas);
      if (Hlc.millis(marks.purged()) > shown) {
        throw new PromiseBroken(
            NAME,
            "partition %d is purged up to %s, %d ms after any time that %d clocks have shown"
                .formatted(
                    partition,
                    Hlc.toString(marks.purged()),
                    Hlc.millis(marks.purged()) - shown,
                    replicas));
      }
    }
  }
}
