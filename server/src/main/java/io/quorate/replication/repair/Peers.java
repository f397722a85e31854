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

/**
 * What a replica asks of another, or of itself, while they compare. Each callback is called exactly
 * once; a node that does not answer in time has refused.
 */
public interface Peers {
  /** A partition as it was planned on. */
  record Place(int partition, long epoch) {}

  /** Compares hash trees. */
  void compareTree(
      NodeId replica, Place place, Factor factor, long root, Consumer<TreeOutcome> callback);

  /**
   * Reads a page of versions.
   *
   * @param after only keys after this one; empty for all
   * @param recordsMax how many records are looked at
   */
  void readVersions(
      NodeId replica,
      Place place,
      int tenant,
      byte[] after,
      int recordsMax,
      BitSet leaves,
      Consumer<VersionsOutcome> callback);

  /** Reads a record. */
  void read(NodeId replica, Place place, Key key, Consumer<ReadOutcome> callback);

  /** Reads the records of some keys of one tenant; of the first ones, if that fills a message. */
  void readRecords(NodeId replica, Place place, List<Key> keys, Consumer<RangeOutcome> callback);

  /** Brings records of one tenant, to be merged. */
  void writeRecords(
      NodeId replica,
      Place place,
      int tenant,
      List<RecordStore.Entry> entries,
      Consumer<WritesOutcome> callback);

  /** Reads a page of what is durable on this node, past all that is kept in memory. */
  void readRange(
      Place place, int tenant, byte[] after, int recordsMax, Consumer<RangeOutcome> callback);

  /**
   * Has this node propose the register of a key as it is, unless enough replicas have accepted it
   * by one ballot of this epoch, or a later one.
   *
   * @param callback told whether it is accepted
   */
  void settle(Place place, Key key, long sinceEpoch, Consumer<Boolean> callback);

  /** Reads a page of a replica's records. */
  void readPage(
      NodeId replica, Place place, RecordStore.Range range, Consumer<RangeOutcome> callback);

  /**
   * Reads a page of the versions that another replica keeps of a tenant since they were replaced.
   *
   * @param from where the page begins, as the page before has said; empty for the first
   */
  void readHistory(
      NodeId replica, Place place, int tenant, byte[] from, Consumer<RangeOutcome> callback);
}
