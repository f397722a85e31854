package io.quorate.replication.move;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.CompareTree;
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
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Replicas that ask each other across their lanes; one that is not heard refuses. */
final class DirectPeers implements Peers {
  private static final int TIMEOUT_MILLIS = 1_000;
  private static final int BYTES = 1 << 20;
  private static final long ON_ITS_WAY_NANOS = 1_000_000;

  private final MovingNodes nodes;
  private final MovingNodes.Node own;

  DirectPeers(MovingNodes nodes, MovingNodes.Node own) {
    this.nodes = nodes;
    this.own = own;
  }

  private <T> void ask(
      NodeId replica,
      BiConsumer<Replica, Consumer<T>> question,
      BiConsumer<Replica, Consumer<T>> ownQuestion,
      Class<T> kind,
      Consumer<T> callback) {
    if (replica.equals(own.id)) {
      ownQuestion.accept(own.replica, callback);
      return;
    }
    MovingNodes.Node other = nodes.heard(replica);
    if (other == null) {
      later(() -> callback.accept(kind.cast(new Refused("no answer"))));
    } else {
      var unused =
          other.lane.schedule(
              ON_ITS_WAY_NANOS,
              () -> question.accept(other.replica, answer -> later(() -> callback.accept(answer))));
    }
  }

  private void later(Runnable answer) {
    var unused = own.lane.schedule(ON_ITS_WAY_NANOS, answer);
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    if (nodes.settles) {
      nodes.settled.add(key);
    }
    later(() -> callback.accept(nodes.settles));
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    var ask = new CompareTree(0, place.partition(), place.epoch(), factor, root, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.compareTree(ask, answer),
        (to, answer) -> to.compareTree(ask, answer),
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
        new RecordStore.Range(place.partition(), tenant, new byte[0], after, recordsMax, BYTES);
    var ask = new ReadVersions(0, place.epoch(), range, leaves, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.readVersions(ask, answer),
        (to, answer) -> to.readOwnVersions(ask, answer),
        VersionsOutcome.class,
        callback);
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    var ask = new Read(0, place.partition(), place.epoch(), key, null, false, 0, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.read(ask, answer),
        (to, answer) -> to.readOwn(ask, answer),
        ReadOutcome.class,
        callback);
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    var ask = new ReadRecords(0, place.partition(), place.epoch(), keys, BYTES, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.readRecords(ask, answer),
        (to, answer) -> to.readOwnRecords(ask, answer),
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
    var ask =
        new WriteRecords(0, place.partition(), place.epoch(), tenant, entries, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.writeAll(ask, answer),
        (to, answer) -> to.writeAll(ask, answer),
        WritesOutcome.class,
        callback);
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    throw new IllegalStateException("nobody hashes all that there is");
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    nodes.pagesFrom.add(replica);
    var ask = new ReadRange(0, place.epoch(), range, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.readRange(ask, answer),
        (to, answer) -> to.readRange(ask, answer),
        RangeOutcome.class,
        callback);
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    nodes.historyFrom.add(replica);
    if (nodes.withoutHistory.contains(replica)) {
      later(() -> callback.accept(new Refused("it has none")));
      return;
    }
    var ask =
        new ReadHistory(
            0, place.partition(), place.epoch(), tenant, from, 2, 1 << 20, TIMEOUT_MILLIS);
    ask(
        replica,
        (to, answer) -> to.readHistory(ask, answer),
        (to, answer) -> to.readHistory(ask, answer),
        RangeOutcome.class,
        callback);
  }
}
