package io.quorate.runtime;

import io.quorate.model.NodeId;

/**
 * The way to other nodes. Messages may be lost, and arrive late, twice or out of order; nothing
 * here blocks, waits or reports back. Messages sent during one turn of the lane travel as one
 * batch.
 *
 * @param <M> the messages of one protocol
 */
public interface Network<M> {
  /** Sends a message, or drops it if the other node cannot be reached or is too far behind. */
  void send(NodeId to, M message);

  /** Whether there is a connection to the node right now; a hint, never a proof of life. */
  boolean isConnected(NodeId to);
}
