package io.quorate.cli.doctor;

import io.quorate.cli.command.EachNode;
import io.quorate.cli.command.FailureKind;
import io.quorate.cli.command.Views;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.AsyncNodeMaintenance;
import io.quorate.client.admin.Cluster;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TopologyChange;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.admin.UpgradeStatus;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes of a cluster said, each for itself.
 *
 * @param views what each node sees that could be asked
 * @param behind how many changes of the cluster nodes lacked that were asked again, by their ids
 * @param drained nodes that an operator took out of service, by their ids
 * @param tenants by name; null if they are not known
 * @param rebalancing what it would move; null if a change is under way, or that is not known
 * @param upgrade which releases the nodes run; null if that is not known
 */
record Observations(
    Views views,
    SortedMap<String, Long> behind,
    Set<String> drained,
    @Nullable List<Tenant> tenants,
    @Nullable TopologyPlan rebalancing,
    @Nullable UpgradeStatus upgrade) {

  Observations {
    drained = Set.copyOf(drained);
    tenants = tenants == null ? null : List.copyOf(tenants);
  }

  /** Asks the rest of what rules look at. */
  static Observations of(QuorateClient client, Views views) throws InterruptedException {
    Cluster cluster = Administration.of(client).cluster();
    return new Observations(
        views,
        StateLag.of(client, views),
        drained(client, views),
        tenants(cluster),
        rebalancing(cluster, views.first()),
        upgrade(cluster));
  }

  /** What the nodes themselves said, and nothing that has to be asked beside it. */
  static Observations of(Views views) {
    return new Observations(views, Collections.emptySortedMap(), Set.of(), List.of(), null, null);
  }

  /** Of the node that answered first. */
  ClusterStatus view() {
    return views.first();
  }

  /** What each node said that could be asked, by its id. */
  Map<String, ClusterStatus> own() {
    return views.own();
  }

  /** Why each other node could not be asked, by its id. */
  Map<String, Views.Unheard> unheard() {
    return views.unheard();
  }

  /** Of nodes that do not serve; a node of a release that cannot be drained does not answer. */
  private static Set<String> drained(QuorateClient client, Views views) {
    List<NodeView> waiting =
        views.first().nodes().stream()
            .filter(node -> isWaiting(views.own().get(node.id())))
            .toList();
    return EachNode.ask(client, waiting, AsyncNodeMaintenance::drainStatus).stream()
        .filter(answer -> answer.value() != null && answer.value().drained())
        .map(answer -> answer.node().id())
        .collect(Collectors.toSet());
  }

  private static boolean isWaiting(@Nullable ClusterStatus status) {
    return status != null && !status.report().waitingFor().isEmpty();
  }

  private static @Nullable List<Tenant> tenants(Cluster cluster) {
    try {
      return cluster.tenants();
    } catch (QuorateException failed) {
      if (FailureKind.worthRetrying(failed)) {
        return null; // the node that has just failed is worth telling of
      }
      throw failed;
    }
  }

  private static @Nullable TopologyPlan rebalancing(Cluster cluster, ClusterStatus view) {
    try {
      return view.topologyChange().underWay()
          ? null
          : cluster.planTopologyChange(TopologyChange.rebalance());
    } catch (QuorateException unknown) {
      return null; // all else is worth telling without it
    }
  }

  private static @Nullable UpgradeStatus upgrade(Cluster cluster) {
    try {
      return cluster.upgradeStatus();
    } catch (QuorateException unknown) {
      return null;
    }
  }

  /** Those that are known. */
  List<Tenant> knownTenants() {
    List<Tenant> known = tenants;
    return known == null ? List.of() : known;
  }

  /** The members, as the first node knows them. */
  List<NodeView> members() {
    return view().nodes();
  }

  /** What every node heard says of one, itself included. */
  List<NodeView> about(String id) {
    return views.about(id);
  }

  /** Whether it answered here, or another node hears it. */
  boolean isUp(String id) {
    return own().containsKey(id) || !views.hearing(id).isEmpty();
  }

  /** How people find some nodes. */
  String names(Collection<String> ids) {
    return ids.stream().map(this::name).collect(Collectors.joining(", "));
  }

  /** How people find a node. */
  String name(String id) {
    for (NodeView node : view().nodes()) {
      if (node.id().equals(id)) {
        String name = node.name().isEmpty() ? "" : node.name() + ", ";
        return "node " + id + " (" + name + node.address() + ")";
      }
    }
    return "node " + id;
  }
}
