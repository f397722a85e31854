package io.quorate.sim.program;

import io.quorate.model.NodeId;
import java.util.HashSet;
import java.util.Set;

/**
 * Nodes for which a fault has ever sent lies to the metadata group: a lie may arrive late. A
 * proposal that is refused as a lie must come from one of these.
 */
public final class Liars {
  private final Set<NodeId> nodes = new HashSet<>(); // only looked up, never walked

  public void add(NodeId node) {
    nodes.add(node);
  }

  public boolean isOne(NodeId node) {
    return nodes.contains(node);
  }

  boolean areNone() {
    return nodes.isEmpty();
  }
}
