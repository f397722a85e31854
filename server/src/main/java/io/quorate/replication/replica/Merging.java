package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.NotNow;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.OwnReplica.Stamper;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes that have been admitted: each takes its turn among the writes of its key, merges with the
 * newest record there, and ends when the merge of the two is durable, whether this write or another
 * one stores it.
 *
 * <p>Nothing of a tenant that was dropped is let in here, so that what is taken away of it does not
 * come back.
 *
 * <p>Nothing else changes what lies on the disk of a partition in service. The listeners are told
 * of a change once it is durable, and before the write that caused it is answered.
 */
final class Merging {
  private final MergeParts parts;

  Merging(MergeParts parts) {
    this.parts = parts;
  }

  /** Stamps a write once it is known what is held, and merges it. */
  void merge(
      int partition, Key key, Stamper stamper, Cause cause, Consumer<WriteOutcome> callback) {
    @Nullable Refused refusal = parts.refusal(key, cause);
    if (refusal != null) {
      callback.accept(refusal);
      return;
    }
    parts.arrive(
        partition,
        key,
        RecordMerge.leased(
            parts, partition, key, stamper, cause, cause.asksForNewer(), false, callback));
  }

  /** Merges a finished record that another node sent, if a clock can have stamped it. */
  void mergeBrought(
      int partition, Key key, Record record, Cause cause, Consumer<WriteOutcome> callback) {
    @Nullable Refused refusal = parts.refusal(key, cause);
    if (refusal != null) {
      // The node that sent it has yet to learn that; it must not keep it as one that is refused.
      callback.accept(new NotNow(refusal.reason()));
      return;
    }
    Stamper finished = (held, promised) -> record;
    parts.arrive(
        partition,
        key,
        RecordMerge.leased(
            parts, partition, key, finished, cause, cause.asksForNewer(), true, callback));
  }

  /** Promises to accept nothing below a ballot, and tells what has been accepted, once durable. */
  void promise(int partition, Key key, Version ballot, Consumer<? super PrepareOutcome> callback) {
    if (parts.isRefusedAsDropped(key)) {
      callback.accept(MergeParts.DROPPED);
      return;
    }
    parts.arrive(partition, key, new PromisePut(parts, partition, key, ballot, callback));
  }

  /** Puts a mark before what is held, and tells what that is, once durable. */
  void mark(Prepare request, Consumer<? super PrepareOutcome> callback) {
    if (parts.isRefusedAsDropped(request.key())) {
      callback.accept(MergeParts.DROPPED);
      return;
    }
    parts.arrive(request.partition(), request.key(), new MarkPut(parts, request, callback));
  }

  /** Merges finished records; what is held of them is read together. */
  void mergeAll(int partition, List<RecordStore.Entry> entries, Consumer<WritesOutcome> callback) {
    new MergeAll(parts, partition, entries, callback).begin();
  }

  /**
   * Takes a record off the disk that is in no hash tree, unless there is another by now.
   *
   * @param mayGo of what lies there when its turn has come
   * @param ended told when nothing more will come of it
   */
  void drop(int partition, Key key, Predicate<Record> mayGo, Consumer<RecordDrop.Outcome> ended) {
    parts.arrive(partition, key, new RecordDrop(parts, partition, key, false, mayGo, ended));
  }

  /** The same of one that may have counted until now. */
  void sweep(int partition, Key key, Predicate<Record> mayGo, Consumer<RecordDrop.Outcome> ended) {
    parts.arrive(partition, key, new RecordDrop(parts, partition, key, true, mayGo, ended));
  }
}
