package io.quorate.replication.replica;

import io.quorate.replication.replica.memory.KeysInMemory;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes away all that lies in a partition that this node has left, or all that tenants have there
 * whose replicas it is not among.
 */
final class Clearing {
  private final RecordStore store;
  private final OwnedPartitions owned;
  private final KeysInMemory memory;
  private final ReplicaListener listeners;
  private final Damage damage;
  private final EpochAdmission epochAdmission;

  Clearing(
      RecordStore store,
      OwnedPartitions owned,
      KeysInMemory memory,
      ReplicaListener listeners,
      Damage damage,
      EpochAdmission epochAdmission) {
    this.store = store;
    this.owned = owned;
    this.memory = memory;
    this.listeners = listeners;
    this.damage = damage;
    this.epochAdmission = epochAdmission;
  }

  /**
   * Takes away everything, unless the partition is this node's, or something of it is under way.
   * Should it become this node's meanwhile, it is not served before that has ended: nothing may be
   * stored there until then.
   */
  void clear(int partition, Consumer<Boolean> callback) {
    if (owned.isOwner(partition)
        || !epochAdmission.isServed(partition)
        || memory.isWriting(partition)
        || damage.isDamaged(partition)) {
      callback.accept(false);
      return;
    }
    store.clear(partition, begin(partition, null, callback));
  }

  /**
   * Takes away the records of some tenants while those of others are served. Under the epoch that
   * is served no node sends this one records of theirs, unless they were dropped, and then none is
   * stored; and no later epoch is served before this has ended.
   */
  void clear(int partition, List<Integer> tenants, Consumer<Boolean> callback) {
    Set<Integer> theirs = new TreeSet<>(tenants);
    if (owned.keepsAny(partition, theirs)
        || !epochAdmission.isServed(partition)
        || memory.isWriting(partition, theirs::contains)
        || damage.isDamaged(partition)) {
      callback.accept(false);
      return;
    }
    store.clear(partition, tenants, begin(partition, theirs, callback));
  }

  /** From here until it has ended, it is not known which records are left. */
  private RecordStore.PutCallback begin(
      int partition, @Nullable Set<Integer> tenants, Consumer<Boolean> callback) {
    epochAdmission.hold(partition);
    memory.clearing(partition);
    listeners.clearing(partition, tenants);
    return new RecordStore.PutCallback() {
      @Override
      public void stored() {
        memory.forgetRead(partition);
        listeners.cleared(partition, tenants);
        ended(true);
      }

      @Override
      public void failed(StorageFault fault) {
        listeners.notCleared(partition);
        ended(false);
      }

      private void ended(boolean gone) {
        memory.cleared(partition);
        epochAdmission.letGo(partition);
        callback.accept(gone);
      }
    };
  }
}
