package io.quorate.transport.peer;

import io.quorate.model.NodeId;
import io.quorate.replication.message.ReplicaMessage;

/** Takes what other nodes say, on the lane, in the order in which each of them said it. */
public interface PeerHandler {
  void onMessage(NodeId from, ReplicaMessage message);

  /**
   * Takes one message of a group: of the metadata group, in the encoding of {@code metadata}, or of
   * the one that keeps locks, in that of {@code locks}.
   */
  void onRaft(NodeId from, byte[] message);

  /** The mark of this node's disk, which opens its streams; 0 if it tells none. */
  long diskMark();

  /** Whether a higher mark of a node was heard than it tells now. */
  boolean isSetBack(NodeId node, long diskMark);
}
