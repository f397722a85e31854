package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.tree.Trees;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the hash trees up to date: they have what counts of each record, see {@link PurgeView}.
 * What a crash leaves of them is told of each write before it is handed to the store.
 */
final class TreeUpdates implements ReplicaListener {
  /** The number of a write of which nothing is told. */
  static final long NOTHING = Trees.UNNUMBERED;

  private final Trees trees;
  private final PurgeView purgeView;
  private final ReplicaRules rules;

  TreeUpdates(Trees trees, PurgeView purgeView, ReplicaRules rules) {
    this.trees = trees;
    this.purgeView = purgeView;
    this.rules = rules;
  }

  /**
   * A record is handed to the store right after this.
   *
   * @param held what counts of what was handed in last under its key, or is durable
   * @param after as others know of it
   * @return a number to be told to {@link #ended} when the write has, well or not
   */
  long handingIn(int partition, Key key, @Nullable RecordHeader held, Record after, Cause cause) {
    int tenant = key.tenant();
    if (!trees.isLogged()) {
      return NOTHING;
    }
    if (!purgeView.isKnown(tenant)) {
      return trees.handingInOfUnknown(partition, tenant);
    }
    RecordHeader counted = purgeView.present(partition, purgeView.model(tenant), after);
    return trees.handingIn(partition, key, held, rules.isLogged(cause) ? counted : held);
  }

  /**
   * A record is taken away right after this.
   *
   * @param held what lies there
   * @return the same; below 0 if the trees stay as they are
   */
  long takingAway(int partition, Key key, Record held) {
    boolean counts = purgeView.present(partition, purgeView.model(key), held) != null;
    return counts ? trees.handingInUnlogged(partition) : NOTHING;
  }

  /** A write has ended, and what becomes of the trees by that was told before. */
  void ended(long number) {
    trees.ended(number);
  }

  /** What counted until now was taken away. */
  void tookAway(int partition, long number) {
    if (number != NOTHING) {
      trees.doubt(partition);
      trees.ended(number);
    }
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
    trees.clearing(partition);
  }

  @Override
  public void cleared(int partition, @Nullable Set<Integer> tenants) {
    trees.cleared(partition);
  }

  @Override
  public void notCleared(int partition) {
    trees.cleared(partition);
  }

  @Override
  public void doubted(int partition) {
    trees.doubt(partition);
  }
}
