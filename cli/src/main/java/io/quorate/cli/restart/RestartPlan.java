package io.quorate.cli.restart;

import io.quorate.client.admin.NodeView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a rolling restart would do as the cluster is now.
 *
 * @param nodes in their order
 * @param lines what restarts a node, by its id
 * @param notices for which tenants requests would fail meanwhile
 * @param obstacles what it would wait for before it begins
 */
record RestartPlan(
    Roster roster,
    List<NodeView> nodes,
    Map<String, String> lines,
    List<String> notices,
    List<String> obstacles) {

  Map<String, Object> json() {
    List<Map<String, Object>> listed = new ArrayList<>();
    for (NodeView node : nodes) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("node", node.id());
      object.put("name", node.name());
      object.put("address", node.address());
      object.put("command", lines.get(node.id()));
      listed.add(object);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("nodes", listed);
    object.put("notices", notices);
    object.put("obstacles", obstacles);
    return object;
  }

  String text() {
    List<String> text = new ArrayList<>();
    text.add("restarts one after another, each once it is drained:");
    for (NodeView node : nodes) {
      text.add(
          "  %s at %s: %s".formatted(roster.label(node), node.address(), lines.get(node.id())));
    }
    notices.forEach(each -> text.add("note: " + each));
    obstacles.forEach(each -> text.add("waits first: " + each));
    return String.join(System.lineSeparator(), text);
  }
}
