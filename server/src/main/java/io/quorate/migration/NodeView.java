package io.quorate.migration;

import io.quorate.model.NodeId;

/** What the node that drives moves sees of the others at the moment. */
public interface NodeView {
  /** For how long it has not been heard; 0 for the driver's own node. */
  long silentNanos(NodeId node);

  /** Whether it votes in the metadata group. */
  boolean isVoter(NodeId node);
}
