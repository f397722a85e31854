package io.quorate.cli.doctor;

import io.quorate.cli.command.Views;
import io.quorate.client.FailureCode;
import io.quorate.client.Level;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantSettings;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import io.quorate.client.admin.UpgradeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Answers of a healthy cluster of three nodes in three zones, except for what a test changes. */
final class Heard {
  static final String A = "a";
  static final String B = "b";
  static final String C = "c";
  private static final List<String> IDS = List.of(A, B, C);

  private final Map<String, ClusterStatus> own = new TreeMap<>();
  private final Map<String, Views.Unheard> unheard = new TreeMap<>();
  private final Set<String> drained = new TreeSet<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private boolean tenantsUnknown;
  private @Nullable TopologyPlan rebalancing;
  private @Nullable UpgradeStatus upgrade;

  private Heard() {
    for (String id : IDS) {
      own.put(id, status(id));
    }
    tenants.add(tenant("default", 3, Level.QUORUM, Level.QUORUM));
  }

  static Heard well() {
    return new Heard();
  }

  private static ClusterStatus status(String by) {
    return ClusterStatus.builder()
        .clusterId("cc")
        .answeredBy(by)
        .nodes(IDS.stream().map(Heard::node).toList())
        .metadata(metadata(A))
        .topologyChange(TopologyChangeStatus.NONE)
        .partitions(16)
        .report(new Said().report())
        .build();
  }

  static MetadataView metadata(String leader) {
    return MetadataView.builder()
        .leader(leader)
        .term(1)
        .commitIndex(1)
        .appliedIndex(1)
        .voters(IDS)
        .build();
  }

  private static NodeView node(String id) {
    return NodeView.builder()
        .id(id)
        .address(id + ":7401")
        .region("r")
        .zone("zone-" + id)
        .state(State.UP)
        .incarnation(1)
        .replicas(16)
        .weight(1.0)
        .silentMillis(10)
        .membership(Membership.ACTIVE)
        .build();
  }

  static Tenant tenant(String name, int replicas, Level read, Level write) {
    return Tenant.builder()
        .name(name)
        .id(1)
        .replicationFactor(replicas)
        .nextReplicationFactor(replicas)
        .settings(TenantSettings.DEFAULT.readLevel(read).writeLevel(write))
        .build();
  }

  /** An operator took a node out of service, and it says so. */
  Heard drained(String id) {
    drained.add(id);
    return reports(id, new Said().waitingFor("this node is drained"));
  }

  /**
   * All nodes work at version 2, but for one that works at 1 only; null if there is no such one.
   */
  Heard upgraded(@Nullable String lagging, long openMillis) {
    upgrade =
        UpgradeStatus.of(
            1,
            lagging == null ? 2 : 1,
            IDS.stream()
                .map(
                    id ->
                        UpgradeStatus.Node.builder()
                            .id(id)
                            .address(id + ":7401")
                            .state(State.UP)
                            .release(id.equals(lagging) ? "0.1.0" : "0.2.0")
                            .oldestClusterVersion(1)
                            .newestClusterVersion(id.equals(lagging) ? 1 : 2)
                            .build())
                .toList(),
            openMillis);
    return this;
  }

  /** The node that was asked for the tenants has failed. */
  Heard tenantsUnknown() {
    tenantsUnknown = true;
    return this;
  }

  Heard tenants(Tenant... others) {
    tenants.addAll(List.of(others));
    return this;
  }

  /** A node does not answer, and the others take it for down. */
  Heard down(String id) {
    own.remove(id);
    unheard.put(id, new Views.Unheard("connection refused"));
    own.keySet().forEach(by -> sees(by, id, node -> state(node, State.DOWN, 7_000)));
    return this;
  }

  /** A node cannot be reached from here. */
  Heard unreachable(String id) {
    own.remove(id);
    unheard.put(id, new Views.Unheard("no route"));
    return this;
  }

  /** A node runs, and is not part of the cluster. */
  Heard notJoined(String id) {
    return notJoined(id, FailureCode.NOT_JOINED);
  }

  /** A node runs, and is not part of the cluster; it says so in words, and maybe with a code. */
  Heard notJoined(String id, FailureCode code) {
    Heard unused = down(id);
    String why =
        "this node has not joined a cluster yet: it has an empty directory. To start over, delete"
            + " the data directories of all nodes";
    unheard.put(id, new Views.Unheard(why, code));
    return this;
  }

  static NodeView state(NodeView node, State state, long silentMillis) {
    return node.toBuilder().state(state).silentMillis(silentMillis).build();
  }

  static NodeView zone(NodeView node, String zone) {
    return node.toBuilder().zone(zone).build();
  }

  /** Hints that one node has for another. */
  static NodeView owed(
      NodeView node,
      long lagMillis,
      boolean breakerOpen,
      long hints,
      int repairs,
      int filling,
      boolean paused) {
    return node.toBuilder()
        .lagMillis(lagMillis)
        .breakerOpen(breakerOpen)
        .hints(hints)
        .repairs(repairs)
        .filling(filling)
        .hintsPaused(paused)
        .build();
  }

  Heard sees(String by, String whom, UnaryOperator<NodeView> how) {
    return says(
        by,
        status ->
            status.toBuilder()
                .nodes(
                    status.nodes().stream()
                        .map(node -> node.id().equals(whom) ? how.apply(node) : node)
                        .toList())
                .build());
  }

  Heard everyoneSees(String whom, UnaryOperator<NodeView> how) {
    List.copyOf(own.keySet()).forEach(by -> sees(by, whom, how));
    return this;
  }

  /** All nodes know a further one, which does not vote. */
  Heard learner(String id, UnaryOperator<NodeView> how) {
    for (String by : List.copyOf(own.keySet())) {
      says(
          by,
          status -> {
            List<NodeView> nodes = new ArrayList<>(status.nodes());
            nodes.add(how.apply(node(id)));
            return status.toBuilder().nodes(nodes).build();
          });
    }
    return this;
  }

  Heard reports(String by, Said said) {
    return says(by, status -> status.toBuilder().answeredBy(by).report(said.report()).build());
  }

  Heard partitions(String by, int degraded, int unavailable) {
    return says(
        by,
        status ->
            status.toBuilder()
                .answeredBy(by)
                .partitionsDegraded(degraded)
                .partitionsUnavailable(unavailable)
                .build());
  }

  Heard leader(String leader) {
    for (String by : List.copyOf(own.keySet())) {
      says(by, status -> status.toBuilder().answeredBy(by).metadata(metadata(leader)).build());
    }
    return this;
  }

  /** A node cannot follow the metadata group, as it says. */
  Heard stuck(String by, String why) {
    return says(
        by,
        status ->
            status.toBuilder()
                .answeredBy(by)
                .metadata(
                    MetadataView.builder()
                        .term(1)
                        .commitIndex(1)
                        .appliedIndex(1)
                        .voters(IDS)
                        .stuck(why)
                        .build())
                .build());
  }

  /** The cluster does not take what a node announces, as it says. */
  Heard announcementRefused(String by, String why) {
    return says(
        by,
        status ->
            status.toBuilder()
                .answeredBy(by)
                .metadata(status.metadata().toBuilder().announcementRefused(why).build())
                .build());
  }

  /** A change is under way, as everyone says. */
  Heard changing(TopologyChangeStatus change) {
    for (String by : List.copyOf(own.keySet())) {
      says(by, status -> status.toBuilder().answeredBy(by).topologyChange(change).build());
    }
    return this;
  }

  /** What rebalancing would do. */
  Heard rebalancing(TopologyPlan plan) {
    rebalancing = plan;
    return this;
  }

  static NodeView member(NodeView node, Membership membership, boolean markedDown) {
    return node.toBuilder().membership(membership).markedDown(markedDown).build();
  }

  private Heard says(String by, UnaryOperator<ClusterStatus> what) {
    own.computeIfPresent(by, (id, status) -> what.apply(status));
    return this;
  }

  /** As if nodes that were behind did not answer when they were asked again. */
  Observations seen() {
    return new Observations(
        views(), missing(), drained, tenantsUnknown ? null : tenants, rebalancing, upgrade);
  }

  Views views() {
    return new Views(own.values().iterator().next(), own, unheard);
  }

  private SortedMap<String, Long> missing() {
    try {
      return StateLag.of(views(), ids -> Map.of(), howLong -> {});
    } catch (InterruptedException never) {
      throw new AssertionError(never);
    }
  }
}
