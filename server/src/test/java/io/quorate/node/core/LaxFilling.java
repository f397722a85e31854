package io.quorate.node.core;

/** What may be wrong about how a replica comes to hold what it must, for tests that notice it. */
public enum LaxFilling {
  /** Counts a replica before it is full, and fills it nevertheless. */
  COUNTS_MEANWHILE,
  /** Drops a damaged partition though the cluster has not decided to fill it. */
  DROPPED_UNASKED
}
