package io.quorate.sim.run;

/** What runs on the nodes of a run. */
public enum Scope {
  /** The data plane with fixed placements. */
  DATA_PLANE,
  /** All of it: the nodes first have to become a cluster. */
  WHOLE_NODES
}
