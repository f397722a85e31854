package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import io.quorate.replication.api.DataPlane;
import org.jspecify.annotations.Nullable;

/** What one node runs in one of its lives, on its lane. */
public interface Program {
  /** Who the node is. */
  NodeId id();

  /** Begins to work; called once, on the lane. */
  void start();

  /** Where clients' requests enter; null while the node does not serve yet. */
  @Nullable DataPlane dataPlane();

  /** Makes the program of a node that starts. */
  @FunctionalInterface
  interface Factory {
    Program create(Doors doors);
  }
}
