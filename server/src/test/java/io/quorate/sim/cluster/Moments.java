package io.quorate.sim.cluster;

/** Told of moments at which it is worth to strike a node. */
public interface Moments {
  /** A client's call arrives at a node. */
  default void called(SimNode node) {}
}
