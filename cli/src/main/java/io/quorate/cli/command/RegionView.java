package io.quorate.cli.command;

import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one region stands, as the nodes of the others say: how far behind what they wrote it is.
 *
 * @param nodes of the region
 * @param up those of them that answered, or that any node hears
 * @param lagMillis for how long nodes of other regions have owed a node here the oldest write
 * @param hints records that they keep for nodes here
 * @param repairs partitions of nodes here that must be compared, since hints were dropped
 */
public record RegionView(String name, int nodes, int up, long lagMillis, long hints, int repairs) {

  /** Returns all regions by name; none if the cluster has only one. */
  public static List<RegionView> of(Views views) {
    Map<String, List<NodeView>> members = new TreeMap<>();
    Map<String, String> regions = new TreeMap<>();
    for (NodeView node : views.first().nodes()) {
      members.computeIfAbsent(node.region(), region -> new ArrayList<>()).add(node);
      regions.put(node.id(), node.region());
    }
    if (members.size() < 2) {
      return List.of();
    }
    List<RegionView> all = new ArrayList<>();
    members.forEach((region, nodes) -> all.add(of(region, nodes, regions, views)));
    return all;
  }

  private static RegionView of(
      String region, List<NodeView> nodes, Map<String, String> regions, Views views) {
    long lagMillis = 0;
    long hints = 0;
    int repairs = 0;
    for (ClusterStatus asked : views.own().values()) {
      if (region.equals(regions.get(asked.answeredBy()))) {
        continue;
      }
      for (NodeView node : asked.nodes()) {
        if (region.equals(regions.get(node.id()))) {
          lagMillis = Math.max(lagMillis, node.lagMillis());
          hints += node.hints();
          repairs += node.repairs();
        }
      }
    }
    int up = (int) nodes.stream().filter(node -> isUp(views, node.id())).count();
    return new RegionView(region, nodes.size(), up, lagMillis, hints, repairs);
  }

  private static boolean isUp(Views views, String id) {
    return views.own().containsKey(id) || !views.hearing(id).isEmpty();
  }
}
