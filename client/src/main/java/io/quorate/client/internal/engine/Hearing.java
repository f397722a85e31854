package io.quorate.client.internal.engine;

/**
 * When a node was heard last, and since when it owes answers. A call that is given up takes nothing
 * of that away: with short timeouts and few calls, nothing else would tell of a node that is
 * stopped. Owned by the loop.
 */
final class Hearing {
  private long heardNanos;

  /** Whether the node was sent something since it was last heard that it has to answer. */
  private boolean owes;

  private long owesSinceNanos;

  /**
   * The node was heard.
   *
   * @param owesMore whether it still has something to answer
   */
  void heard(long now, boolean owesMore) {
    heardNanos = now;
    owes = owesMore;
    owesSinceNanos = now;
  }

  /** The node was sent something that it has to answer. */
  void sent(long now) {
    if (!owes) {
      owes = true;
      owesSinceNanos = now;
    }
  }

  /** Nothing is to be answered any more: the connection broke. */
  void owesNothing() {
    owes = false;
  }

  /** Whether it is still to be found out if the node is there. */
  boolean owes() {
    return owes;
  }

  /** For how long the node has owed answers and been silent; 0 if it owes none. */
  long silentNanos(long now) {
    return owes ? now - owesSinceNanos : 0;
  }

  /** Whether the node was heard at this time or later. */
  boolean heardSince(long nanos) {
    return heardNanos - nanos >= 0;
  }
}
