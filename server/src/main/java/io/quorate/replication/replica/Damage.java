package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.replica.memory.KeysInMemory;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Partitions of which the disk does not give back everything. They are out of service from the
 * moment that is noticed until they can be read again, or are empty and filled like new ones:
 * between the two this replica would answer for what it cannot see.
 */
final class Damage {
  private final RecordStore store;
  private final Consumer<Event> events;
  private final OwnedPartitions owned;
  private final KeysInMemory memory;
  private final ReplicaListener listeners;

  /** By partition. */
  private final boolean[] damaged;

  /** The part that has what is damaged mended; without one, nothing is out of service. */
  private @Nullable IntConsumer mender;

  Damage(
      ReplicaContext context,
      OwnedPartitions owned,
      KeysInMemory memory,
      ReplicaListener listeners) {
    this.store = context.store();
    this.events = context.events();
    this.owned = owned;
    this.memory = memory;
    this.listeners = listeners;
    this.damaged = new boolean[owned.partitions()];
  }

  void onDamage(IntConsumer next) {
    mender = next;
    store.onUnreadable(
        damaged.length, partition -> found(partition, "something in it, found when all was read"));
  }

  /** The answer to a request that needed the disk. */
  static Refused refusal(StorageFault fault) {
    return new Refused("disk: " + fault.message());
  }

  /**
   * The answer to a write that the disk could not take. It says nothing about the record: a hint of
   * it must not be given up for that.
   */
  static NotNow notNow(StorageFault fault) {
    return new NotNow("disk: " + fault.message());
  }

  /** Other replicas answer in place of this one, so damage would go unnoticed unless it is said. */
  void readFailed(int partition, StorageFault fault) {
    if (fault.kind() != StorageFault.Kind.CLOSED) {
      events.accept(new ReplicaEvent.ReadFailed(fault.message()));
    }
    if (fault.kind() == StorageFault.Kind.CORRUPT) {
      found(partition, fault.message());
    }
  }

  private void found(int partition, String why) {
    IntConsumer told = mender;
    if (told == null || damaged[partition]) {
      return;
    }
    damaged[partition] = true;
    listeners.doubted(partition);
    if (owned.isFilling(partition)) {
      events.accept(ReplicaEvent.Window.DAMAGED_WHILE_FILLING);
    }
    events.accept(new ReplicaEvent.PartitionDamaged(partition, why));
    told.accept(partition);
  }

  boolean isDamaged(int partition) {
    return damaged[partition];
  }

  /** How many partitions are out of service. */
  int count() {
    int count = 0;
    for (boolean each : damaged) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** Whether a damaged partition can be read after all. */
  void lookAgain(int partition, Consumer<Boolean> callback) {
    new Rereading(store, partition, owned.placements(), callback).readOn();
  }

  /** A damaged partition can be read, and is in service again. */
  void gone(int partition) {
    damaged[partition] = false;
    events.accept(new ReplicaEvent.DamageGone(partition));
  }

  /** Takes away all that lies in a damaged partition, unless a write of it is under way. */
  void drop(int partition, Consumer<Boolean> callback) {
    if (memory.isWriting(partition)) {
      callback.accept(false);
      return;
    }
    listeners.clearing(partition, null);
    store.drop(
        partition,
        new RecordStore.PutCallback() {
          @Override
          public void stored() {
            memory.forgetRead(partition);
            listeners.cleared(partition, null);
            damaged[partition] = false;
            events.accept(new ReplicaEvent.DamageDropped(partition));
            callback.accept(true);
          }

          @Override
          public void failed(StorageFault fault) {
            listeners.notCleared(partition);
            events.accept(ReplicaEvent.Window.DAMAGE_NOT_DROPPED);
            callback.accept(false);
          }
        });
  }
}
