package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.replica.memory.KeyWrites;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The first round of a proposal, or of a read under a token: puts a limit before what is held, on
 * disk, and then tells what that is. It holds a lease of its epoch until it is answered.
 */
abstract class PreparedPut implements KeyWrites.Arrival, RecordStore.PutCallback {
  final MergeParts parts;
  final int partition;
  final Key key;

  /** What the coordinator is answered. */
  final Consumer<? super PrepareOutcome> callback;

  /** Told once it is durable, or refused; {@code Stored} stands for what is held. */
  final Consumer<WriteOutcome> ended;

  private @Nullable KeyWrites writes;
  private @Nullable Record putting;

  /** Under which the hash trees know of it. */
  private long number = TreeUpdates.NOTHING;

  PreparedPut(MergeParts parts, int partition, Key key, Consumer<? super PrepareOutcome> callback) {
    this.parts = parts;
    this.partition = partition;
    this.key = key;
    this.callback = callback;
    this.ended = parts.epochAdmission().lease(partition, this::answer);
  }

  private void answer(WriteOutcome outcome) {
    switch (outcome) {
      case Stored stored -> callback.accept(new Promised(held()));
      case PromisedHigher higher -> callback.accept(higher);
      case FenceForgotten forgotten -> callback.accept(forgotten);
      case Refused refused -> callback.accept(refused);
      case NotTaken not -> callback.accept(new Refused(not.reason()));
      default -> callback.accept(new Refused("it is being filled, and " + whenFilled()));
    }
  }

  /** What is told of the record. */
  abstract @Nullable Record held();

  /** What does not come of it while the partition is filled, for a refusal. */
  abstract String whenFilled();

  /** Stores it; what is held goes on under it. */
  void put(KeyWrites at, Record record) {
    writes = at;
    putting = record;
    at.putBegun(record);
    at.answerWhenDurable(Stored.INSTANCE, ended);
    number = handingIn(record);
    parts.store().put(partition, key, record, this);
  }

  /** Tells the hash trees, if what counts of the record changes; gives the number of the write. */
  abstract long handingIn(Record record);

  /**
   * It is durable.
   *
   * @param before what had been durable before it
   */
  abstract void stored(@Nullable RecordHeader before, Record put);

  @Override
  public final void stored() {
    if (writes != null && putting != null) {
      stored(writes.becameDurable(putting), putting);
      parts.trees().ended(number);
      parts.ended(writes, partition, key, null);
    }
  }

  @Override
  public final void failed(StorageFault fault) {
    if (writes == null) {
      ended.accept(Damage.notNow(fault)); // the key could not be read
    } else {
      parts.listeners().doubted(partition);
      parts.cuts().doubted(partition);
      parts.trees().ended(number);
      parts.ended(writes, partition, key, Damage.notNow(fault));
    }
  }
}
