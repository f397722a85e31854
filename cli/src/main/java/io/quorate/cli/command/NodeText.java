package io.quorate.cli.command;

import io.quorate.client.QuorateException;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as commands write them. For people: the id, which never changes, and behind it the name
 * that the operator gave the node, if any, as nodes do in their logs. For programs: the id, and the
 * name in a field of its own, which is there and empty if the node has no name.
 */
public final class NodeText {
  private final Map<String, String> names = new HashMap<>();

  private NodeText() {}

  public static NodeText of(ClusterStatus status) {
    return of(status.nodes());
  }

  public static NodeText of(Collection<NodeView> nodes) {
    NodeText text = new NodeText();
    nodes.forEach(node -> text.names.put(node.id(), node.name()));
    return text;
  }

  /** Returns how nodes are called of which no names are known. */
  public static NodeText ofNone() {
    return new NodeText();
  }

  /**
   * Returns how nodes are called by what each user may ask a cluster for. If it does not answer,
   * they have their ids alone: what was done before is told all the same.
   */
  public static NodeText ifHeard(Cluster cluster) {
    NodeText text = new NodeText();
    try {
      cluster.placement().nodes().forEach(node -> text.names.put(node.id(), node.name()));
    } catch (QuorateException notHeard) {
      // said above
    }
    return text;
  }

  public static String of(NodeView node) {
    return of(node.id(), node.name());
  }

  private static String of(String id, String name) {
    return name.isEmpty() ? id : id + " (" + name + ")";
  }

  /** Returns the node of an id; the id alone if there is no such node any more. */
  public String of(String id) {
    return of(id, name(id));
  }

  /**
   * Returns nodes by the shortest that tells each from the others, with blanks between them: for
   * what stands below a table that has both ids and names.
   */
  public String inShort(List<String> ids) {
    return String.join(" ", ids.stream().map(this::label).toList());
  }

  private String label(String id) {
    String name = name(id);
    return name.isEmpty() || Collections.frequency(names.values(), name) > 1 ? id : name;
  }

  /** Returns the name of a node; empty if it has none, or is no member any more. */
  public String name(String id) {
    return names.getOrDefault(id, "");
  }

  /**
   * Puts a node into an object of JSON: its id as {@code field}, and its name as {@code name} where
   * the field is {@code id} or {@code node}, else as {@code field_name}.
   *
   * @param id null for no node: then there is no name either
   */
  public void put(Map<String, Object> object, String field, @Nullable String id) {
    object.put(field, id);
    if (id != null) {
      boolean isSubject = field.equals("id") || field.equals("node");
      object.put(isSubject ? "name" : field + "_name", name(id));
    }
  }

  /** Puts nodes into an object of JSON: their ids, and in the same order their names. */
  public void put(Map<String, Object> object, String field, List<String> ids) {
    object.put(field, ids);
    object.put(field + "_names", ids.stream().map(this::name).toList());
  }
}
