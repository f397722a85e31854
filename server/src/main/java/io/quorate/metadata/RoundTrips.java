package io.quorate.metadata;

import io.quorate.model.NodeId;

/** How long messages take to other nodes and back, as measured. */
@FunctionalInterface
public interface RoundTrips {
  /** What is not known; also the answer of a group that measures nothing. */
  long UNKNOWN = -1;

  RoundTrips UNMEASURED = node -> UNKNOWN;

  /** The usual round trip to a node in ms, or {@link #UNKNOWN}. */
  long millisTo(NodeId node);
}
