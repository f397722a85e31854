package io.quorate.node.core;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.tree.Trees;
import io.quorate.version.Hlc;

/**
 * Sees whether what is deleted is also taken away. Looks at what lies here and not at rounds, so it
 * notices whatever keeps them from being opened, confirmed or followed.
 */
final class PurgeWatch {
  private final NodeId self;
  private final Trees trees;
  private final long afterMillis;

  /**
   * @param afterMillis how long a deletion is kept in any case
   */
  PurgeWatch(NodeId self, Trees trees, long afterMillis) {
    this.self = self;
    this.trees = trees;
    this.afterMillis = afterMillis;
  }

  Purging look(Placements placements, long nowMillis) {
    long untilMillis = nowMillis - afterMillis;
    long oldestMillis = untilMillis;
    long purgedMillis = 0;
    int due = 0;
    int open = 0;
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      if (placements.partitions().get(partition).preferenceList().contains(self)) {
        PurgeMarks marks = placements.purge(partition);
        long fromMillis = trees.purgeableFromMillis(partition);
        open += marks.isOpen() ? 1 : 0;
        due += fromMillis < untilMillis ? 1 : 0;
        oldestMillis = Math.min(oldestMillis, fromMillis);
        purgedMillis = Math.max(purgedMillis, Hlc.millis(marks.purged()));
      }
    }
    return new Purging(
        trees.tombstones(),
        due,
        open,
        untilMillis - oldestMillis,
        purgedMillis == 0 ? 0 : Math.max(0, nowMillis - purgedMillis));
  }
}
