package io.quorate.cli.upgrade;

import io.quorate.cli.command.NodeText;
import io.quorate.cli.output.Table;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.UpgradeStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How the upgrade of a cluster stands, for people and for scripts. */
final class UpgradeForms {
  private UpgradeForms() {}

  static Map<String, Object> json(UpgradeStatus status, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("cluster_version", status.clusterVersion());
    object.put("highest_cluster_version", status.highestClusterVersion());
    object.put("open_ms", status.openMillis());
    called.put(object, "behind", behind(status).stream().map(UpgradeStatus.Node::id).toList());
    object.put("nodes", status.nodes().stream().map(node -> json(node, called)).toList());
    return object;
  }

  private static Map<String, Object> json(UpgradeStatus.Node node, NodeText called) {
    Map<String, Object> object = new LinkedHashMap<>();
    called.put(object, "id", node.id());
    object.put("address", node.address());
    object.put("state", word(node.state()));
    object.put("release", node.release());
    object.put("oldest_cluster_version", node.oldestClusterVersion());
    object.put("newest_cluster_version", node.newestClusterVersion());
    return object;
  }

  static String text(UpgradeStatus status, NodeText called) {
    Table nodes = new Table("node", "address", "state", "release", "cluster versions");
    for (UpgradeStatus.Node node : status.nodes()) {
      nodes.row(
          called.of(node.id()), node.address(), word(node.state()), node.release(), versions(node));
    }
    return String.join(
        System.lineSeparator(),
        nodes.toString(),
        "the cluster is at version " + status.clusterVersion(),
        whatIsLeft(status));
  }

  private static String whatIsLeft(UpgradeStatus status) {
    return status.highestClusterVersion() > status.clusterVersion()
        ? "all nodes can work at version %d: until 'quorate cluster upgrade finalize --yes' each node can go back to the release before"
            .formatted(status.highestClusterVersion())
        : nothingToFinalize(status);
  }

  static String nothingToFinalize(UpgradeStatus status) {
    List<UpgradeStatus.Node> behind = behind(status);
    return behind.isEmpty()
        ? "there is nothing to finalize: no node runs a release that goes beyond version "
            + status.clusterVersion()
        : "an upgrade is under way, and cannot be finalized yet. To be upgraded: "
            + behind.stream()
                .map(node -> "%s (release %s)".formatted(node.address(), node.release()))
                .collect(Collectors.joining(", "));
  }

  /** The nodes that do not go as far as the others. */
  static List<UpgradeStatus.Node> behind(UpgradeStatus status) {
    int newest =
        status.nodes().stream()
            .mapToInt(UpgradeStatus.Node::newestClusterVersion)
            .max()
            .orElse(status.clusterVersion());
    return status.nodes().stream().filter(node -> node.newestClusterVersion() < newest).toList();
  }

  private static String versions(UpgradeStatus.Node node) {
    return node.oldestClusterVersion() == node.newestClusterVersion()
        ? String.valueOf(node.newestClusterVersion())
        : node.oldestClusterVersion() + " to " + node.newestClusterVersion();
  }

  private static String word(ClusterStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
