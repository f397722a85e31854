package io.quorate.sim.kernel;

import io.quorate.model.NodeId;

/** Told of frames; sees and changes nothing of them. */
public interface SimTap {
  /** A node has handed a frame to the network, which may lose it. */
  void sent(NodeId from, NodeId to);

  /** A frame has arrived at a node, which has not processed it yet. */
  void arrived(NodeId from, NodeId to);
}
