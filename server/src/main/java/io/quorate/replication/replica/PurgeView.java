package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.placement.PurgeMarks;
import io.quorate.replication.tree.Trees;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What of the records on the disk counts, for all that ask: what lies under the mark of a purge
 * does not, wherever it is still kept (docs/design/purge.md#f16).
 *
 * <p>Invariant: the marks are those of the epoch served. What was admitted under one epoch is not
 * judged by the marks of the next, which waits until it has ended.
 */
final class PurgeView {
  private final OwnedPartitions owned;
  private final ReplicaRules rules;
  private final Trees trees;
  private final CutView cuts;

  /** By partition. */
  private final PurgeMarks[] marks;

  PurgeView(OwnedPartitions owned, ReplicaRules rules, Trees trees, CutView cuts) {
    this.owned = owned;
    this.rules = rules;
    this.trees = trees;
    this.cuts = cuts;
    this.marks = new PurgeMarks[owned.partitions()];
    Arrays.fill(marks, PurgeMarks.NONE);
  }

  /** A new epoch is served, and what counts as nothing is as its marks say. */
  void serve(int partition) {
    PurgeMarks next = owned.purge(partition);
    if (!next.equals(marks[partition])) {
      marks[partition] = next;
      trees.marksChanged(partition, next);
    }
  }

  /** The model of the records that lie under a key. */
  RecordModel model(Key key) {
    return model(key.tenant());
  }

  /** The model of a tenant's records. */
  RecordModel model(int tenant) {
    return owned.model(tenant);
  }

  /** What counts of a record: nothing, if it is gone. */
  @Nullable Record present(int partition, RecordModel model, @Nullable Record record) {
    return record == null ? null : model.counted(record, marks[partition].purged());
  }

  /** Whether there is such a tenant, as far as this node has heard. */
  boolean isKnown(int tenant) {
    return owned.isKnown(tenant);
  }

  /** Whether the header of a record of a model tells what counts of it. */
  boolean countsByHeader(int partition, RecordModel model) {
    return model.decidesByHeader() || marks[partition].purged() == 0;
  }

  /** Returns what counts of what may be a header alone. */
  @Nullable RecordHeader present(int partition, RecordModel model, @Nullable RecordHeader record) {
    return record == null ? null : model.counted(record, marks[partition].purged());
  }

  /** What counts of what lies under a key. */
  @Nullable Entry presentEntry(int partition, RecordModel model, Entry entry) {
    Record counted = present(partition, model, entry.record());
    if (counted == null) {
      return null;
    }
    return counted.equals(entry.record()) ? entry : new Entry(entry.key(), counted);
  }

  /**
   * Fresh stamps of a model are taken only above this: what was purged, or closed as a cut, stays
   * as it is.
   */
  long promised(int partition, RecordModel model) {
    return Hlc.later(rules.promised(marks[partition]), cuts.floor(partition, model));
  }

  /** Up to here, what was deleted is gone. */
  long purged(int partition) {
    return marks[partition].purged();
  }

  /** Whether a ballot was promised that a proposer may still come with, after a purge. */
  private boolean mayBeUnderWay(RecordHeader record, long purged) {
    return record instanceof Record held
        && held.hasPromise()
        && Long.compareUnsigned(held.promised().hlc(), purged) > 0;
  }

  /**
   * Whether a record need not be kept: what counts as nothing, unless a ballot was promised that
   * may still be under way (docs/design/linearizable.md#purge); and what is left from a time when
   * this node was a replica, which must not vote or come back (docs/design/purge.md#f9).
   */
  boolean mayDrop(int partition, Key key, RecordHeader record) {
    long purged = marks[partition].purged();
    RecordModel model = model(key);
    return (model.counted(record, purged) == null && !mayBeUnderWay(record, purged))
        || (model.isLeftover(record, purged)
            && rules.dropsLeftovers()
            && !owned.isReplica(partition, key.tenant()));
  }
}
