package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.tree.Trees;
import io.quorate.storage.RecordStore;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes away what the replicas may have purged of partitions that this node has left, or of tenants
 * there whose replicas it is not among. {@link Clearing} takes away all of it.
 */
final class PurgedLeftovers {
  private final RecordStore store;
  private final Consumer<Event> events;
  private final OwnedPartitions owned;
  private final Trees trees;
  private final Damage damage;
  private final Merging merging;

  PurgedLeftovers(
      ReplicaContext context, OwnedPartitions owned, Trees trees, Damage damage, Merging merging) {
    this.store = context.store();
    this.events = context.events();
    this.owned = owned;
    this.trees = trees;
    this.damage = damage;
    this.merging = merging;
  }

  /**
   * Takes away what the replicas of some tenants may have purged since; callback: whether all of it
   * is gone. Stops short of what becomes this node's to keep meanwhile.
   */
  void sweep(int partition, List<Integer> tenants, Consumer<Boolean> callback) {
    new Sweep(
            store,
            merging,
            partition,
            owned.purge(partition).purged(),
            tenants,
            owned::model,
            tenant -> !owned.keeps(partition, tenant),
            ended -> {
              if (ended.dropped() > 0) {
                trees.doubt(partition);
                events.accept(new ReplicaEvent.LeftoversDropped(partition, ended.dropped()));
              }
              if (ended.fault() != null) {
                damage.readFailed(partition, ended.fault());
              }
              callback.accept(ended.complete());
            })
        .readOn();
  }
}
