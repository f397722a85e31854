package io.quorate.replication.hint;

import io.quorate.model.Key;
import io.quorate.model.NodeId;

/** Takes note of the replicas that missed a write. */
public interface MissedWrites {
  /**
   * A replica lacks the record of a key that this node holds, or stores in this turn of the lane:
   * then the hint becomes durable with the record.
   *
   * @param epoch of the partition, under which it was missed
   */
  void missed(NodeId target, int partition, long epoch, Key key);

  /** Whether a node that misses a record now would not have to be compared for it. */
  boolean hasRoom(NodeId target, int partition, long epoch, Key key);
}
