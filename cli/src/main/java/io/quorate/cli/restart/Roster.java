package io.quorate.cli.restart;

import io.quorate.client.admin.NodeView;
import io.quorate.model.Quoted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The nodes of a cluster, how people call them, and in which order they are restarted. */
record Roster(List<NodeView> all) {
  Roster {
    all = List.copyOf(all);
  }

  /**
   * Returns the nodes that are named by id, address or name; all if none is.
   *
   * @throws IllegalArgumentException if a word names no node, or several
   */
  List<NodeView> named(List<String> words) {
    if (words.isEmpty()) {
      return all;
    }
    List<NodeView> named = new ArrayList<>();
    for (String word : words) {
      List<NodeView> found =
          all.stream()
              .filter(
                  node ->
                      node.id().equals(word)
                          || node.address().equals(word)
                          || node.name().equals(word))
              .toList();
      if (word.isEmpty() || found.isEmpty()) {
        throw new IllegalArgumentException(
            "no node of the cluster has the id, address or name " + Quoted.of(word));
      }
      if (found.size() > 1) {
        throw new IllegalArgumentException(
            "%d nodes have the name %s: give the id of one"
                .formatted(found.size(), Quoted.of(word)));
      }
      if (!named.contains(found.getFirst())) {
        named.add(found.getFirst());
      }
    }
    return named;
  }

  /** Returns the name of a node, or its id if it has none, or shares it. */
  String label(NodeView node) {
    boolean isItsOwn =
        !node.name().isEmpty()
            && all.stream().filter(each -> each.name().equals(node.name())).count() == 1;
    return isItsOwn ? node.name() : node.id();
  }

  /**
   * Returns nodes as they are restarted: by name, and the leader of the metadata group last, so
   * that leadership moves once.
   *
   * @param leader id of the leader
   */
  List<NodeView> inOrder(List<NodeView> nodes, String leader) {
    return nodes.stream()
        .sorted(
            Comparator.comparing((NodeView node) -> node.id().equals(leader))
                .thenComparing(this::label)
                .thenComparing(NodeView::id))
        .toList();
  }
}
