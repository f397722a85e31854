package io.quorate.replication.health;

import io.quorate.model.NodeId;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Which nodes can be counted on, as this node judges now. */
public interface LiveNodes {
  /** Whether a node can be counted on: this one always, another while it is connected and heard. */
  boolean isLive(NodeId node);

  /**
   * Whether a node was never heard, and may well be up: it, or this node, has just come, and so
   * short a silence says nothing.
   */
  boolean isExpected(NodeId node);

  /** Whether a node takes writes, as far as it is known: this one, or another by its heartbeats. */
  boolean isWritable(NodeId node);

  /**
   * How long a heartbeat to another node and its answer are on their way, as a rule, in ms; empty
   * until that was measured.
   */
  OptionalLong roundTripMillis(NodeId node);

  /**
   * Why this node takes no writes of clients now, be it for its disk or its clock, and what to do;
   * null if it takes them.
   */
  @Nullable String whyThisNodeTakesNoWrites();

  /**
   * When this node last came back from standing still, on its monotonic clock: what waited for
   * longer than since then waited for this node too, and says nothing of others.
   */
  long awakeSinceNanos();
}
