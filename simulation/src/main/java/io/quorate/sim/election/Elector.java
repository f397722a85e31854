package io.quorate.sim.election;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** One node's part in electing a leader and in what leaders decide. Lives on one lane. */
interface Elector {
  /** Begins to work; called once. */
  void start();

  /** Whether this node believes to lead. */
  boolean leads();

  /** The node that it follows: itself while it leads, null while it knows no leader. */
  @Nullable NodeId leader();

  /**
   * Asks it to get something decided. Without effect unless it leads and nothing else that it began
   * is open.
   */
  void decide(long decision);
}
