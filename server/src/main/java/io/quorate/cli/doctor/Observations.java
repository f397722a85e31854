package io.quorate.cli.doctor;

import io.quorate.client.Cluster;
import io.quorate.client.ClusterStatus;
import io.quorate.client.ClusterStatus.Node;
import io.quorate.client.QuorateException;
import io.quorate.client.Tenant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the nodes of a cluster said, each for itself.
 *
 * @param view of the node that answered first
 * @param own what each node said that could be asked, by its id
 * @param unheard why each other node could not be asked, by its id
 * @param tenants by name
 */
record Observations(
    ClusterStatus view,
    Map<String, ClusterStatus> own,
    Map<String, String> unheard,
    List<Tenant> tenants) {

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
    return new Observations(view, own, unheard, cluster.tenants());
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
