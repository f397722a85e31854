package io.quorate.replication.coordinator.peer;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.replication.coordinator.register.RegisterSettler;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Held;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadHistory;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRange;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.replica.Replica;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Asks other replicas by messages, and this node's own directly. */
public final class ReplicaPeers implements Peers {
  /** Of what is looked at for its versions: while a disk reads a page, others wait. */
  private static final int PAGE_BYTES = 256 << 10;

  /** Encoding, decoding or merging more of them at once would hold up the lane. */
  private static final int RECORDS_BYTES = 64 << 10;

  /** Versions of one page of a history: each is a write at the node that asks for it. */
  private static final int HISTORY_VERSIONS = 64;

  private static final byte[] NO_PREFIX = {};

  private final Context context;
  private final Replica own;
  private final BackgroundBudget budget;
  private final RegisterSettler settler;

  /**
   * @param own the replica of this node
   * @param budget told what goes to other replicas and comes from them
   * @param settler proposes registers as they are
   */
  public ReplicaPeers(
      Context context, Replica own, BackgroundBudget budget, RegisterSettler settler) {
    this.settler = settler;
    this.context = context;
    this.own = own;
    this.budget = budget;
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    ask(
        replica,
        id ->
            new CompareTree(
                id, place.partition(), place.epoch(), factor, root, Asking.TIMEOUT_MILLIS),
        own::compareTree,
        TreeOutcome.class,
        callback);
  }

  @Override
  public void readVersions(
      NodeId replica,
      Place place,
      int tenant,
      byte[] after,
      int recordsMax,
      BitSet leaves,
      Consumer<VersionsOutcome> callback) {
    var range =
        new RecordStore.Range(place.partition(), tenant, NO_PREFIX, after, recordsMax, PAGE_BYTES);
    ask(
        replica,
        id -> new ReadVersions(id, place.epoch(), range, leaves, Asking.TIMEOUT_MILLIS),
        own::readOwnVersions,
        VersionsOutcome.class,
        callback);
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    ask(
        replica,
        id ->
            new Read(
                id, place.partition(), place.epoch(), key, null, false, 0, Asking.TIMEOUT_MILLIS),
        own::readOwn,
        ReadOutcome.class,
        outcome -> callback.accept(replica.equals(context.self()) ? outcome : believed(outcome)));
  }

  /** A record that no clock of the cluster can have stamped is not taken for one that is held. */
  private ReadOutcome believed(ReadOutcome outcome) {
    return outcome instanceof Held(Record record) && !context.isCredible(record.version().hlc())
        ? new Refused(StampFailures.farAhead(record.version()))
        : outcome;
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    ask(
        replica,
        id ->
            new ReadRecords(
                id, place.partition(), place.epoch(), keys, RECORDS_BYTES, Asking.TIMEOUT_MILLIS),
        own::readOwnRecords,
        RangeOutcome.class,
        callback);
  }

  @Override
  public void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    if (!replica.equals(context.self())) {
      budget.carried(replica, CarriedBytes.of(entries));
    }
    ask(
        replica,
        id ->
            new WriteRecords(
                id, place.partition(), place.epoch(), tenant, entries, Asking.TIMEOUT_MILLIS),
        own::writeAll,
        WritesOutcome.class,
        outcome -> {
          settler.written(place, entries, outcome);
          callback.accept(outcome);
        });
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    var range =
        new RecordStore.Range(place.partition(), tenant, NO_PREFIX, after, recordsMax, PAGE_BYTES);
    own.readRange(new ReadRange(0, place.epoch(), range, Asking.TIMEOUT_MILLIS), callback);
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    settler.settle(place, key, sinceEpoch, callback);
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    ask(
        replica,
        id -> new ReadRange(id, place.epoch(), range, Asking.TIMEOUT_MILLIS),
        own::readRange,
        RangeOutcome.class,
        callback);
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    ask(
        replica,
        id ->
            new ReadHistory(
                id,
                place.partition(),
                place.epoch(),
                tenant,
                from,
                HISTORY_VERSIONS,
                RECORDS_BYTES,
                Asking.TIMEOUT_MILLIS),
        own::readHistory,
        RangeOutcome.class,
        callback);
  }

  /** A node that gave no answer has refused. */
  private <M extends ReplicaMessage, T> void ask(
      NodeId replica,
      LongFunction<M> message,
      BiConsumer<M, Consumer<T>> askOwn,
      Class<T> kind,
      Consumer<T> callback) {
    if (replica.equals(context.self())) {
      askOwn.accept(message.apply(0), callback);
    } else {
      Consumer<T> counted =
          outcome -> {
            budget.carried(replica, CarriedBytes.of(outcome));
            callback.accept(outcome);
          };
      Asking.ask(context, replica, message, kind, counted, why -> callback.accept(kind.cast(why)));
    }
  }
}
