package io.quorate.cli.doctor;

import io.quorate.client.Cluster;
import io.quorate.client.ClusterStatus;
import io.quorate.client.ClusterStatus.Node;
import io.quorate.client.QuorateException;
import io.quorate.client.Tenant;
import io.quorate.client.TopologyPlan;
import io.quorate.client.TopologyWish;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster said, each for itself.
 *
 * @param view of the node that answered first
 * @param own what each node said that could be asked, by its id
 * @param unheard why each other node could not be asked, by its id
 * @param tenants by name
 * @param rebalancing what it would move; null if a change is under way, or that is not known
 */
record Observations(
    ClusterStatus view,
    Map<String, ClusterStatus> own,
    Map<String, String> unheard,
    List<Tenant> tenants,
    @Nullable TopologyPlan rebalancing) {

  Observations {
    own = Collections.unmodifiableMap(new TreeMap<>(own));
    unheard = Collections.unmodifiableMap(new TreeMap<>(unheard));
    tenants = List.copyOf(tenants);
  }

  static Observations of(Cluster cluster) {
    ClusterStatus view = cluster.status();
    Map<String, ClusterStatus> own = new TreeMap<>();
    Map<String, String> unheard = new TreeMap<>();
    own.put(view.answeredBy(), view);
    for (Node node : view.nodes()) {
      if (!node.id().equals(view.answeredBy())) {
        try {
          ClusterStatus said = cluster.statusOf(node.address());
          if (said.answeredBy().equals(node.id())) {
            own.put(node.id(), said);
          } else {
            unheard.put(node.id(), "at " + node.address() + " answers node " + said.answeredBy());
          }
        } catch (QuorateException failed) {
          unheard.put(node.id(), String.valueOf(failed.getMessage()));
        }
      }
    }
    return new Observations(view, own, unheard, cluster.tenants(), rebalancing(cluster, view));
  }

  private static @Nullable TopologyPlan rebalancing(Cluster cluster, ClusterStatus view) {
    try {
      return view.change().underWay() ? null : cluster.planTopology(TopologyWish.rebalance());
    } catch (QuorateException unknown) {
      return null; // all else is worth telling without it
    }
  }

  /** The members, as the first node knows them. */
  List<Node> members() {
    return view.nodes();
  }

  /** What every node heard says of one, itself included. */
  List<Node> about(String id) {
    List<Node> all = new ArrayList<>();
    own.values()
        .forEach(
            status ->
                status.nodes().stream().filter(node -> node.id().equals(id)).forEach(all::add));
    return all;
  }

  /** How people find a node. */
  String name(String id) {
    for (Node node : view.nodes()) {
      if (node.id().equals(id)) {
        return "node " + id + " (" + node.address() + ")";
      }
    }
    return "node " + id;
  }
}
