package io.quorate.testkit;

import io.quorate.node.config.ConfigException;
import io.quorate.node.config.NodeConfig;
import io.quorate.testkit.internal.Links;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How the nodes of a cluster are configured, and by which links each reaches the others. */
final class ClusterPlan {
  /** What the cluster decides itself. */
  private static final Set<String> OWN =
      Set.of(
          "node.data_dir",
          "node.address",
          "node.listen",
          "node.name",
          "cluster.seeds",
          "cluster.join",
          "http.listen");

  /** What suits several nodes in one small process; a test may say otherwise. */
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "cluster.partitions", "16",
          "storage.block_cache", "16MiB",
          "storage.record_cache", "8MiB",
          "storage.version_cache", "4MiB");

  private ClusterPlan() {}

  /**
   * Returns the nodes, none of which runs.
   *
   * @throws IllegalArgumentException if the settings cannot be used
   */
  static List<ClusterNode> nodes(
      int count, Map<String, String> settings, Path directory, Links links, Duration timeout) {
    for (String key : settings.keySet()) {
      if (OWN.contains(key)) {
        throw new IllegalArgumentException(
            "%s cannot be set: the test cluster decides it for each node".formatted(key));
      }
    }
    List<String> addresses = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      addresses.add(links.listen(Links.CLIENTS, number));
    }
    List<ClusterNode> nodes = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      Map<String, String> all = new LinkedHashMap<>(DEFAULTS);
      all.put("node.zone", "zone-" + number);
      all.putAll(settings);
      all.put("node.name", "node-" + number);
      all.put("node.data_dir", directory.resolve("node-" + number).toString());
      all.put("node.address", addresses.get(number - 1));
      all.put("node.listen", "127.0.0.1:0");
      all.put("cluster.seeds", String.join(",", addresses));
      all.put("http.listen", "off");
      Map<String, String> ways = new LinkedHashMap<>();
      for (int other = 1; other <= count; other++) {
        ways.put(addresses.get(other - 1), links.listen(number, other));
      }
      nodes.add(
          new ClusterNode(
              number, count, addresses.get(number - 1), config(all), ways, links, timeout));
    }
    return List.copyOf(nodes);
  }

  private static NodeConfig config(Map<String, String> settings) {
    try {
      return NodeConfig.of(settings);
    } catch (ConfigException wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
  }
}
