package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.tree.Trees;
import io.quorate.version.PurgeRule;
import io.quorate.version.Record;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which records on the disk are there, as far as anybody asks: what lies under the mark of a purge
 * counts as nothing, wherever it is still kept.
 *
 * <p>Invariant: the marks are those of the epoch served. What was admitted under one epoch is not
 * judged by the marks of the next, which waits until it has ended.
 */
final class Presence {
  private final Duties duties;
  private final Rules rules;
  private final Trees trees;

  /** By partition. */
  private final PurgeMarks[] marks;

  Presence(Duties duties, Rules rules, Trees trees) {
    this.duties = duties;
    this.rules = rules;
    this.trees = trees;
    this.marks = new PurgeMarks[duties.partitions()];
    Arrays.fill(marks, PurgeMarks.NONE);
  }

  /** A new epoch is served, and what counts as nothing is as its marks say. */
  void serve(int partition) {
    PurgeMarks next = duties.purge(partition);
    if (!next.equals(marks[partition])) {
      marks[partition] = next;
      trees.marksChanged(partition, next);
    }
  }

  /** What a reader finds: nothing, if it is gone. */
  @Nullable Record present(int partition, @Nullable Record record) {
    return record == null || PurgeRule.isGone(record, marks[partition].purged()) ? null : record;
  }

  /** Fresh stamps are taken only above this. */
  long promised(int partition) {
    return rules.promised(marks[partition]);
  }

  /**
   * Whether a record need not be kept: what counts as nothing; and what is left from a time when
   * this node was a replica, which must not vote or come back (MODEL-CHECK F9).
   */
  boolean mayDrop(int partition, Key key, Record record) {
    long purged = marks[partition].purged();
    return PurgeRule.isUpTo(record, purged)
        && (PurgeRule.isGone(record, purged)
            || (rules.dropsLeftovers() && !duties.isReplica(partition, key.tenant())));
  }
}
