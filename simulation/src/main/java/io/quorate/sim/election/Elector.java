package io.quorate.sim.election;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** One node's part in electing a leader and in what leaders decide. Lives on one lane. */
interface Elector {
  /** Begins to work; called once. */
  void start();

  /** Whether this node believes it leads. */
  boolean leads();

  /** The node that it follows: itself while it leads, null while it knows no leader. */
  @Nullable NodeId leader();

  /** Requests a decision. Has no effect unless the node leads and has no other decision open. */
  void decide(long decision);
}
