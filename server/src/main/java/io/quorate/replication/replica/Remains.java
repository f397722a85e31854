package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.tree.Trees;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Takes away what lies in partitions that this node has left, or of tenants there whose replicas it
 * is not among.
 */
final class Remains {
  private final RecordStore store;
  private final Consumer<Event> events;
  private final Duties duties;
  private final KeysInMemory memory;
  private final Trees trees;
  private final Damage damage;
  private final Entrance entrance;
  private final Merging merging;

  Remains(
      RecordStore store,
      Consumer<Event> events,
      Duties duties,
      KeysInMemory memory,
      Trees trees,
      Damage damage,
      Entrance entrance,
      Merging merging) {
    this.store = store;
    this.events = events;
    this.duties = duties;
    this.memory = memory;
    this.trees = trees;
    this.damage = damage;
    this.entrance = entrance;
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
            duties.purge(partition).purged(),
            tenants,
            duties::model,
            tenant -> !duties.keeps(partition, tenant),
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

  /**
   * Takes away everything, unless the partition is this node's, or something of it is under way.
   * Should it become this node's meanwhile, it is not served before that has ended: nothing may be
   * stored there until then.
   */
  void clear(int partition, Consumer<Boolean> callback) {
    if (duties.isOwner(partition)
        || !entrance.isServed(partition)
        || memory.isWriting(partition)
        || damage.isDamaged(partition)) {
      callback.accept(false);
      return;
    }
    store.clear(partition, begin(partition, callback));
  }

  /**
   * The same for some tenants, while those of others are served. Under the epoch served nobody
   * sends this node anything of theirs, and no other one is served before this has ended.
   */
  void clear(int partition, List<Integer> tenants, Consumer<Boolean> callback) {
    Set<Integer> theirs = new TreeSet<>(tenants);
    if (duties.keepsAny(partition, theirs)
        || !entrance.isServed(partition)
        || memory.isWriting(partition, theirs)
        || damage.isDamaged(partition)) {
      callback.accept(false);
      return;
    }
    store.clear(partition, tenants, begin(partition, callback));
  }

  /** From now on, and until it has ended, nobody knows what is there. */
  private RecordStore.PutCallback begin(int partition, Consumer<Boolean> callback) {
    entrance.hold(partition);
    memory.clearing(partition);
    trees.doubt(partition);
    return new RecordStore.PutCallback() {
      @Override
      public void stored() {
        memory.forgetRead(partition);
        ended(true);
      }

      @Override
      public void failed(StorageFault fault) {
        ended(false);
      }

      private void ended(boolean gone) {
        trees.doubt(partition);
        memory.cleared(partition);
        entrance.letGo(partition);
        callback.accept(gone);
      }
    };
  }
}
