package io.quorate.replication.coordinator;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/** Asks other replicas by messages, and this node's own directly. */
final class ReplicaPeers implements Peers {
  private static final int PAGE_BYTES = 4 << 20;
  private static final byte[] NO_PREFIX = {};

  private final Context context;

  ReplicaPeers(Context context) {
    this.context = context;
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, int factor, long root, Consumer<TreeOutcome> callback) {
    Asking.ask(
        context,
        replica,
        id ->
            new CompareTree(
                id, place.partition(), place.epoch(), factor, root, Asking.TIMEOUT_MILLIS),
        new Asking.Answer() {
          @Override
          public void tree(TreeOutcome outcome) {
            callback.accept(outcome);
          }

          @Override
          public void none(Refused why) {
            callback.accept(why);
          }
        });
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
    LongFunction<ReadVersions> message =
        id -> new ReadVersions(id, place.epoch(), range, leaves, Asking.TIMEOUT_MILLIS);
    if (replica.equals(context.self())) {
      context.replica().readVersions(message.apply(0), callback);
      return;
    }
    Asking.ask(
        context,
        replica,
        message,
        new Asking.Answer() {
          @Override
          public void versions(VersionsOutcome outcome) {
            callback.accept(outcome);
          }

          @Override
          public void none(Refused why) {
            callback.accept(why);
          }
        });
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    LongFunction<Read> message =
        id ->
            new Read(
                id, place.partition(), place.epoch(), key, null, false, 0, Asking.TIMEOUT_MILLIS);
    if (replica.equals(context.self())) {
      context.replica().read(message.apply(0), callback);
      return;
    }
    Asking.ask(
        context,
        replica,
        message,
        new Asking.Answer() {
          @Override
          public void read(ReadOutcome outcome) {
            callback.accept(outcome);
          }

          @Override
          public void none(Refused why) {
            callback.accept(why);
          }
        });
  }

  @Override
  public void write(
      NodeId replica, Place place, Key key, Record record, Consumer<WriteOutcome> callback) {
    LongFunction<Write> message =
        id ->
            new Write(
                id,
                place.partition(),
                place.epoch(),
                key,
                record,
                Cause.REPAIR,
                Asking.TIMEOUT_MILLIS);
    if (replica.equals(context.self())) {
      context.replica().write(message.apply(0), callback);
      return;
    }
    Asking.ask(
        context,
        replica,
        message,
        new Asking.Answer() {
          @Override
          public void write(WriteOutcome outcome) {
            callback.accept(outcome);
          }

          @Override
          public void none(Refused why) {
            callback.accept(why);
          }
        });
  }
}
