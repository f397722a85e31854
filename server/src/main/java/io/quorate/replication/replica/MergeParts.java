package io.quorate.replication.replica;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.replication.history.History;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.replication.replica.memory.KeysInMemory;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What writes of keys work with.
 *
 * @param memory what is known of keys without reading them, and the writes under way
 * @param listeners told of a change once it is durable, and before its write is answered
 * @param trees told of a change before it is handed to the store
 */
record MergeParts(
    RecordStore store,
    Consumer<Event> events,
    VersionConflicts conflicts,
    StampBound stamps,
    ReplicaRules rules,
    OwnedPartitions owned,
    PurgeView purgeView,
    CutView cuts,
    History history,
    Notes notes,
    KeysInMemory memory,
    ReplicaListener listeners,
    TreeUpdates trees,
    Damage damage,
    EpochAdmission epochAdmission) {
  static final Refused DROPPED =
      new Refused("the tenant was dropped or truncated, with all that was under its id");

  static final Refused CLOSED =
      new Refused("a restore has closed the tenant, and looks whether it is empty");

  /** Why nothing is stored under a key for this cause; null if it may be. */
  @Nullable Refused refusal(Key key, Cause cause) {
    if (isRefusedAsDropped(key)) {
      return DROPPED;
    }
    if (cause.isFresh() && owned.isClosedUnseen(key.tenant()) && rules.refusesFreshOfClosed()) {
      events.accept(ReplicaEvent.Window.REFUSED_AS_CLOSED);
      return CLOSED;
    }
    return null;
  }

  /** Whether nothing is stored under a key, for its tenant was dropped. */
  boolean isRefusedAsDropped(Key key) {
    if (!owned.isDropped(key.tenant()) || !rules.refusesDropped()) {
      return false;
    }
    events.accept(ReplicaEvent.Window.REFUSED_AS_DROPPED);
    return true;
  }

  /** Whether the whole of what is held has to be known when something takes its place. */
  boolean needsRecords(int partition, Key key) {
    return cuts.needsRecords(partition, key.tenant()) || history.keeps(partition, key.tenant());
  }

  /** Whether what is held of a key does not tell which tokens are too low. */
  boolean mayHaveForgottenFence(int partition, @Nullable RecordHeader held) {
    return purgeView.purged(partition) != 0
        && (held == null || held.version().rank() == 0)
        && rules.remembersForgottenFences();
  }

  /** What lay under a key, as others know of it: a promise is this replica's alone. */
  static @Nullable RecordHeader accepted(@Nullable RecordHeader durable) {
    return durable instanceof Record record ? record.accepted() : durable;
  }

  /** A write takes its turn among those of its key, whose record is read if it has to be. */
  void arrive(int partition, Key key, KeyWrites.Arrival arrival) {
    KeyWrites loading = memory.enter(partition, key, arrival);
    if (loading == null) {
      return;
    }
    store.get(
        partition,
        key,
        new RecordStore.GetCallback() {
          @Override
          public void found(@Nullable Record record) {
            loading.loaded(record);
            memory.forgetIfIdle(partition, key, loading);
          }

          @Override
          public void failed(StorageFault fault) {
            damage.readFailed(partition, fault);
            loading.loadFailed(fault);
            memory.forgetIfIdle(partition, key, loading);
          }
        });
  }

  /** What a write of a key has put is durable, or is not. */
  void ended(KeyWrites writes, int partition, Key key, @Nullable WriteOutcome failure) {
    writes.putEnded(failure);
    memory.forgetIfIdle(partition, key, writes);
  }
}
