package io.quorate.cli.command;

import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Nodes as commands write them for people: the id, which never changes, and behind it the name that
 * the operator gave the node, if any, as nodes do in their logs. What commands print as JSON has
 * the two in fields of their own.
 */
public final class NodeText {
  private final Map<String, String> texts = new HashMap<>();

  private NodeText(Collection<NodeView> nodes) {
    nodes.forEach(node -> texts.put(node.id(), of(node)));
  }

  public static NodeText of(ClusterStatus status) {
    return of(status.nodes());
  }

  public static NodeText of(Collection<NodeView> nodes) {
    return new NodeText(nodes);
  }

  public static String of(NodeView node) {
    return node.name().isEmpty() ? node.id() : node.id() + " (" + node.name() + ")";
  }

  /** Returns the node of an id; the id alone if there is no such node any more. */
  public String of(String id) {
    return texts.getOrDefault(id, id);
  }
}
