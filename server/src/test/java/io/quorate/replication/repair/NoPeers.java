package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;
import io.quorate.storage.RecordStore;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** A node without peers; a test overrides the answers that it needs. */
class NoPeers implements Peers {
  private static IllegalStateException unexpected() {
    return new IllegalStateException("nobody was to be asked this");
  }

  @Override
  public void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback) {
    throw unexpected();
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
    throw unexpected();
  }

  @Override
  public void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback) {
    throw unexpected();
  }

  @Override
  public void readRecords(
      NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback) {
    throw unexpected();
  }

  @Override
  public void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback) {
    throw unexpected();
  }

  @Override
  public void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback) {
    throw unexpected();
  }

  @Override
  public void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback) {
    throw unexpected();
  }

  @Override
  public void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback) {
    throw unexpected();
  }

  @Override
  public void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback) {
    throw unexpected();
  }
}
