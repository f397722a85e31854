package io.quorate.sim.cluster;

import io.quorate.model.NodeId;
import java.util.HashSet;
import java.util.Set;

/**
 * Nodes in whose name a fault has lied to the metadata group, ever: a lie may arrive late. What is
 * refused as a lie must come from one of these.
 */
public final class Liars {
  private final Set<NodeId> nodes = new HashSet<>(); // only looked up, never walked

  public void add(NodeId node) {
    nodes.add(node);
  }

  boolean isOne(NodeId node) {
    return nodes.contains(node);
  }

  boolean areNone() {
    return nodes.isEmpty();
  }
}
