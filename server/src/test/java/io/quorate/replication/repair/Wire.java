package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeReply;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadRecords;
import io.quorate.replication.message.ReplicaMessage.ReadReply;
import io.quorate.replication.message.ReplicaMessage.ReadVersions;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.TreeReply;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsReply;
import io.quorate.replication.message.ReplicaMessage.WriteRecords;
import io.quorate.replication.message.ReplicaMessage.WriteRecordsReply;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.replica.Replica;
import io.quorate.storage.RecordStore;
import io.quorate.transport.codec.WireWriter;
import io.quorate.transport.codec.peer.PeerCodec;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** Two replicas that talk at once; what goes from one to the other is written down as encoded. */
final class Wire implements Peers {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int PAGE_BYTES = 4 << 20;

  private final NodeId self;
  private final Replica own;
  private final Replica other;
  private final List<ReplicaMessage> messages = new ArrayList<>();

  Wire(NodeId self, Replica own, Replica other) {
    this.self = self;
    this.own = own;
    this.other = other;
  }

  void clear() {
    messages.clear();
  }

  List<ReplicaMessage> messages() {
    return messages;
  }

  long bytes() {
    WireWriter frame = new WireWriter();
    messages.forEach(message -> PeerCodec.add(frame, message));
    return frame.toByteArray().length;
  }

  private boolean isOwn(NodeId replica) {
    return replica.equals(self);
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    var ask = new CompareTree(1, place.partition(), place.epoch(), factor, root, TIMEOUT_MILLIS);
    messages.add(ask);
    other.compareTree(
        ask,
        outcome -> {
          messages.add(new TreeReply(1, 1, outcome));
          callback.accept(outcome);
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
        new RecordStore.Range(
            place.partition(), tenant, new byte[0], after, recordsMax, PAGE_BYTES);
    var ask = new ReadVersions(1, place.epoch(), range, leaves, TIMEOUT_MILLIS);
    if (isOwn(replica)) {
      own.readOwnVersions(ask, callback);
      return;
    }
    messages.add(ask);
    other.readVersions(
        ask,
        outcome -> {
          messages.add(new VersionsReply(1, 1, outcome));
          callback.accept(outcome);
        });
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    var ask = new Read(1, place.partition(), place.epoch(), key, null, false, 1, TIMEOUT_MILLIS);
    if (isOwn(replica)) {
      own.readOwn(ask, callback);
      return;
    }
    messages.add(ask);
    other.read(
        ask,
        outcome -> {
          messages.add(new ReadReply(1, 1, outcome));
          callback.accept(outcome);
        });
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    var ask =
        new ReadRecords(1, place.partition(), place.epoch(), keys, PAGE_BYTES, TIMEOUT_MILLIS);
    if (isOwn(replica)) {
      own.readOwnRecords(ask, callback);
      return;
    }
    messages.add(ask);
    other.readRecords(
        ask,
        outcome -> {
          messages.add(new RangeReply(1, 1, outcome));
          callback.accept(outcome);
        });
  }

  @Override
  public void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    var ask =
        new WriteRecords(1, place.partition(), place.epoch(), tenant, entries, TIMEOUT_MILLIS);
    if (isOwn(replica)) {
      own.writeAll(ask, callback);
      return;
    }
    messages.add(ask);
    other.writeAll(
        ask,
        outcome -> {
          messages.add(new WriteRecordsReply(1, 1, outcome));
          callback.accept(outcome);
        });
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads no ranges");
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    throw new IllegalStateException("no register is compared");
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads versions");
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("a session reads no history");
  }
}
