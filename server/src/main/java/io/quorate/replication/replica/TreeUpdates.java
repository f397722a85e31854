package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.tree.Trees;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps the hash trees up to date: they have what counts of each record, see {@link PurgeView}. */
final class TreeUpdates implements ReplicaListener {
  private final Trees trees;
  private final PurgeView purgeView;

  TreeUpdates(Trees trees, PurgeView purgeView) {
    this.trees = trees;
    this.purgeView = purgeView;
  }

  @Override
  public void stored(int partition, Key key, @Nullable RecordHeader before, Record after) {
    if (!purgeView.isKnown(key.tenant())) {
      // Nor is the model, where a tenant went under its write: no more can be told of the record.
      trees.changedOfUnknown(partition, key.tenant());
      return;
    }
    RecordModel model = purgeView.model(key);
    trees.changed(
        partition,
        key,
        purgeView.present(partition, model, before),
        purgeView.present(partition, model, after));
  }

  /**
   * To the trees it has been nothing since the purge was served. A sweep also takes what counted
   * until then: it has the partition read again itself when it ends.
   */
  @Override
  public void dropped(int partition, Key key, @Nullable RecordHeader before) {
    trees.changed(partition, key, null, null);
  }

  @Override
  public void clearing(int partition, @Nullable Set<Integer> tenants) {
    trees.doubt(partition);
  }

  /** A tree that was begun meanwhile may have read what is gone. */
  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    trees.doubt(partition);
  }

  @Override
  public void doubted(int partition) {
    trees.doubt(partition);
  }
}
