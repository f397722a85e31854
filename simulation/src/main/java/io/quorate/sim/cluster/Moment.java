package io.quorate.sim.cluster;

/** Moments at which it is worth to strike a node: something has begun and has not ended. */
public enum Moment {
  /** A client's call has come to it, and it has not turned to it yet. */
  CALLED,
  /** A frame has left it. */
  SENT,
  /** A frame has come to it, and it has not turned to it yet. */
  RECEIVED,
  /** Its disk begins a sync. */
  SYNC_BEGINS,
  /** A sync has ended, and nobody on the node knows yet. */
  SYNC_ENDED,
  /** A client has been told that a write holds. */
  ACKNOWLEDGED,
  /** It stamped a write again. */
  RESTAMPED,
  /** It won an election. */
  ELECTED;

  /** Somebody who waits for moments. */
  @FunctionalInterface
  public interface Watcher {
    void at(Moment moment, SimNode node);
  }
}
