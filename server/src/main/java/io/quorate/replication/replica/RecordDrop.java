package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Takes a record off the disk that counts as nothing, unless there is another by now. */
final class RecordDrop implements KeyWrites.Arrival, RecordStore.PutCallback {
  /** What became of a record that was to go. */
  enum Outcome {
    GONE,
    /** There was another one by then, or none. */
    CAME_TOO_LATE,
    /** It may be there or not. */
    FAILED
  }

  private final MergeParts parts;
  private final int partition;
  private final Key key;
  private final boolean isLeftover;
  private final Predicate<Record> mayGo;
  private final Consumer<Outcome> ended;
  private @Nullable KeyWrites writes;
  private long bytes;

  /** Under which the hash trees know of it. */
  private long number = TreeUpdates.NOTHING;

  /**
   * @param isLeftover whether it may have counted until now; otherwise it is in no hash tree
   * @param mayGo of what lies there when its turn has come
   * @param ended told when nothing more will come of it
   */
  RecordDrop(
      MergeParts parts,
      int partition,
      Key key,
      boolean isLeftover,
      Predicate<Record> mayGo,
      Consumer<Outcome> ended) {
    this.parts = parts;
    this.isLeftover = isLeftover;
    this.partition = partition;
    this.key = key;
    this.mayGo = mayGo;
    this.ended = ended;
  }

  @Override
  public void merge(KeyWrites at) {
    Record held = at.newest();
    if (held == null || !mayGo.test(held)) {
      parts.events().accept(ReplicaEvent.Window.DROP_CAME_TOO_LATE);
      ended.accept(Outcome.CAME_TOO_LATE);
      return;
    }
    writes = at;
    bytes = key.bytes().length + (long) held.bytes().length;
    parts.history().dropped(partition, key, held, parts.purgeView().purged(partition));
    at.putBegun(null);
    number = isLeftover ? parts.trees().takingAway(partition, key, held) : TreeUpdates.NOTHING;
    parts.store().remove(partition, key, this);
  }

  @Override
  public void stored() {
    if (writes != null) {
      parts.listeners().dropped(partition, key, MergeParts.accepted(writes.becameDurable(null)));
      parts.trees().tookAway(partition, number);
      parts.events().accept(new ReplicaEvent.Dropped(bytes));
      end(writes, null);
    }
  }

  @Override
  public void failed(StorageFault fault) {
    parts.listeners().doubted(partition);
    parts.trees().ended(number);
    if (writes == null) {
      ended.accept(Outcome.FAILED); // the key could not be read
    } else {
      end(writes, Damage.notNow(fault));
    }
  }

  private void end(KeyWrites at, @Nullable WriteOutcome failure) {
    parts.ended(at, partition, key, failure);
    ended.accept(failure == null ? Outcome.GONE : Outcome.FAILED);
  }
}
