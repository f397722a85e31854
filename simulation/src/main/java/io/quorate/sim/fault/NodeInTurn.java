package io.quorate.sim.fault;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** Picks one node after another; for a while, a fault changes the messages of that node. */
final class NodeInTurn {
  private final Reach reach;
  private final int lastMillis;
  private final long restNanos;
  private @Nullable NodeId node;
  private long untilNanos;

  /**
   * @param lastMillis how long a turn lasts, on average
   * @param restNanos how long no node has a turn after one
   */
  NodeInTurn(Reach reach, int lastMillis, long restNanos) {
    this.reach = reach;
    this.lastMillis = lastMillis;
    this.restNanos = restNanos;
  }

  /** Gives the turn to a node, unless another one has it or the rest is not over. */
  void next() {
    if (node == null || reach.world().nowNanos() >= untilNanos + restNanos) {
      node = reach.anyNode().knownId();
      untilNanos = reach.world().nowNanos() + reach.aboutMillis(lastMillis);
    }
  }

  boolean is(NodeId sender) {
    return sender.equals(node) && !reach.isOver() && reach.world().nowNanos() < untilNanos;
  }
}
