package io.quorate.sim.cluster;

/** Moments at which a fault at a node is dangerous: something has begun and has not ended. */
public enum Moment {
  /** A client's call has arrived, and the node has not processed it yet. */
  CALLED,
  /** The node has sent a frame. */
  SENT,
  /** A frame has arrived, and the node has not processed it yet. */
  RECEIVED,
  /** The node's disk begins a sync. */
  SYNC_BEGINS,
  /** A sync has ended, and the node's lane has not been told yet. */
  SYNC_ENDED,
  /** A client has been told that a write holds. */
  ACKNOWLEDGED,
  /** The node stamped a write again. */
  RESTAMPED,
  /** The node won an election. */
  ELECTED;

  /** Takes moments as they happen. */
  @FunctionalInterface
  public interface Watcher {
    void at(Moment moment, SimNode node);
  }
}
