package io.quorate.replication.move;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.replication.repair.Peers;
import io.quorate.storage.RecordStore;
import java.util.BitSet;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Asks others under the epoch before, too, so that it need not wait for them to know the next. */
final class UnfencedPeers implements Peers {
  private final NodeId self;
  private final Peers real;

  UnfencedPeers(NodeId self, Peers real) {
    this.self = self;
    this.real = real;
  }

  private <T> void ask(
      NodeId replica, Place place, BiConsumer<Place, Consumer<T>> question, Consumer<T> callback) {
    if (replica.equals(self)) {
      question.accept(place, callback);
      return;
    }
    question.accept(
        new Place(place.partition(), place.epoch() - 1),
        answer -> {
          if (answer instanceof StaleEpoch) {
            question.accept(place, callback);
          } else {
            callback.accept(answer);
          }
        });
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    ask(
        replica,
        place,
        (at, answer) -> real.compareTree(replica, at, factor, root, answer),
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
    ask(
        replica,
        place,
        (at, answer) -> real.readVersions(replica, at, tenant, after, recordsMax, leaves, answer),
        callback);
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    ask(replica, place, (at, answer) -> real.read(replica, at, key, answer), callback);
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    ask(replica, place, (at, answer) -> real.readRecords(replica, at, keys, answer), callback);
  }

  @Override
  public void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    ask(
        replica,
        place,
        (at, answer) -> real.writeRecords(replica, at, tenant, entries, answer),
        callback);
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    real.readRange(place, tenant, after, recordsMax, callback);
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    real.settle(place, key, sinceEpoch, callback);
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    ask(replica, place, (at, answer) -> real.readPage(replica, at, range, answer), callback);
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    ask(
        replica,
        place,
        (at, answer) -> real.readHistory(replica, at, tenant, from, answer),
        callback);
  }
}
