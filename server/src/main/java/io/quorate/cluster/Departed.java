package io.quorate.cluster;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Nodes that are members no more. None of them becomes one again under its id: a proposal to let it
 * join may come long after the node has come and gone, and would make a member of a node that will
 * never be heard again.
 *
 * @param nodes the one that left last is last; only the last ones are remembered, many more than
 *     proposals can be under way
 */
public record Departed(List<NodeId> nodes) {
  public static final Departed NOBODY = new Departed(List.of());

  private static final int KEPT_MAX = 1_000;

  public Departed {
    nodes = List.copyOf(nodes.subList(Math.max(0, nodes.size() - KEPT_MAX), nodes.size()));
  }

  public boolean contains(NodeId node) {
    return nodes.contains(node);
  }

  /** Of the members that there were, those that are not there any more have departed, too. */
  Departed following(Collection<NodeId> before, Collection<NodeId> after) {
    if (after.containsAll(before)) {
      return this;
    }
    List<NodeId> all = new ArrayList<>(nodes);
    before.stream().filter(node -> !after.contains(node)).forEach(all::add);
    return new Departed(all);
  }
}
