package io.quorate.cli.doctor;

import io.quorate.cli.Views;
import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.ClusterStatus.Membership;
import io.quorate.client.admin.ClusterStatus.State;
import io.quorate.client.admin.HintOverflow;
import io.quorate.client.admin.MetadataView;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.Tenant;
import io.quorate.client.admin.TenantLimits;
import io.quorate.client.admin.TopologyChangeStatus;
import io.quorate.client.admin.TopologyPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What was heard of a cluster of three nodes in three zones that is well, but for what is said. */
final class Heard {
  static final String A = "a";
  static final String B = "b";
  static final String C = "c";
  private static final List<String> IDS = List.of(A, B, C);

  private final Map<String, ClusterStatus> own = new TreeMap<>();
  private final Map<String, String> unheard = new TreeMap<>();
  private final List<Tenant> tenants = new ArrayList<>();
  private @Nullable TopologyPlan rebalancing;

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
    return new ClusterStatus(
        "cc",
        by,
        IDS.stream().map(Heard::node).toList(),
        metadata(A),
        List.of(),
        TopologyChangeStatus.NONE,
        16,
        0,
        0,
        new Said().report());
  }

  static MetadataView metadata(String leader) {
    return new MetadataView(leader, 1, 1, 1, IDS, List.of(), "");
  }

  private static NodeView node(String id) {
    return new NodeView(
        id,
        id + ":7401",
        "r",
        "zone-" + id,
        State.UP,
        1,
        16,
        1.0,
        10,
        0,
        0,
        false,
        0,
        0,
        0,
        false,
        Membership.ACTIVE,
        false);
  }

  static Tenant tenant(String name, int replicas, Level read, Level write) {
    return new Tenant(
        name,
        1,
        replicas,
        replicas,
        read,
        write,
        "LAST_WRITE_WINS",
        Duration.ZERO,
        ReadRepair.BLOCKING,
        new TenantLimits(0, 0, HintOverflow.MARK));
  }

  Heard tenants(Tenant... others) {
    tenants.addAll(List.of(others));
    return this;
  }

  /** One does not answer, and the others take it for down. */
  Heard down(String id) {
    own.remove(id);
    unheard.put(id, "connection refused");
    own.keySet().forEach(by -> sees(by, id, node -> state(node, State.DOWN, 7_000)));
    return this;
  }

  /** One cannot be reached from here. */
  Heard unreachable(String id) {
    own.remove(id);
    unheard.put(id, "no route");
    return this;
  }

  /** One runs, and is not part of the cluster. */
  Heard notJoined(String id) {
    Heard unused = down(id);
    unheard.put(id, "this node has not joined a cluster yet: it has an empty directory");
    return this;
  }

  static NodeView state(NodeView node, State state, long silentMillis) {
    return new NodeView(
        node.id(),
        node.address(),
        node.region(),
        node.zone(),
        state,
        node.incarnation(),
        node.replicas(),
        node.weight(),
        silentMillis,
        node.phi(),
        node.lagMillis(),
        node.breakerOpen(),
        node.hints(),
        node.repairs(),
        node.filling(),
        node.hintsPaused(),
        node.membership(),
        node.markedDown());
  }

  static NodeView zone(NodeView node, String zone) {
    return new NodeView(
        node.id(),
        node.address(),
        node.region(),
        zone,
        node.state(),
        node.incarnation(),
        node.replicas(),
        node.weight(),
        node.silentMillis(),
        node.phi(),
        node.lagMillis(),
        node.breakerOpen(),
        node.hints(),
        node.repairs(),
        node.filling(),
        node.hintsPaused(),
        node.membership(),
        node.markedDown());
  }

  /** What one owes another. */
  static NodeView owed(
      NodeView node,
      long lagMillis,
      boolean breakerOpen,
      long hints,
      int repairs,
      int filling,
      boolean paused) {
    return new NodeView(
        node.id(),
        node.address(),
        node.region(),
        node.zone(),
        node.state(),
        node.incarnation(),
        node.replicas(),
        node.weight(),
        node.silentMillis(),
        node.phi(),
        lagMillis,
        breakerOpen,
        hints,
        repairs,
        filling,
        paused,
        node.membership(),
        node.markedDown());
  }

  Heard sees(String by, String whom, UnaryOperator<NodeView> how) {
    return says(
        by,
        status ->
            new ClusterStatus(
                status.clusterId(),
                status.answeredBy(),
                status.nodes().stream()
                    .map(node -> node.id().equals(whom) ? how.apply(node) : node)
                    .toList(),
                status.metadata(),
                status.moves(),
                status.topologyChange(),
                status.partitions(),
                status.partitionsDegraded(),
                status.partitionsUnavailable(),
                status.report()));
  }

  Heard everyoneSees(String whom, UnaryOperator<NodeView> how) {
    List.copyOf(own.keySet()).forEach(by -> sees(by, whom, how));
    return this;
  }

  Heard reports(String by, Said said) {
    return says(
        by,
        status ->
            new ClusterStatus(
                status.clusterId(),
                by,
                status.nodes(),
                status.metadata(),
                status.moves(),
                status.topologyChange(),
                status.partitions(),
                status.partitionsDegraded(),
                status.partitionsUnavailable(),
                said.report()));
  }

  Heard partitions(String by, int degraded, int unavailable) {
    return says(
        by,
        status ->
            new ClusterStatus(
                status.clusterId(),
                by,
                status.nodes(),
                status.metadata(),
                status.moves(),
                status.topologyChange(),
                status.partitions(),
                degraded,
                unavailable,
                status.report()));
  }

  Heard leader(String leader) {
    for (String by : List.copyOf(own.keySet())) {
      says(
          by,
          status ->
              new ClusterStatus(
                  status.clusterId(),
                  by,
                  status.nodes(),
                  metadata(leader),
                  status.moves(),
                  status.topologyChange(),
                  status.partitions(),
                  status.partitionsDegraded(),
                  status.partitionsUnavailable(),
                  status.report()));
    }
    return this;
  }

  /** A node cannot follow the metadata group, as it says. */
  Heard stuck(String by, String why) {
    return says(
        by,
        status ->
            new ClusterStatus(
                status.clusterId(),
                by,
                status.nodes(),
                new MetadataView("", 1, 1, 1, IDS, List.of(), why),
                status.moves(),
                status.topologyChange(),
                status.partitions(),
                status.partitionsDegraded(),
                status.partitionsUnavailable(),
                status.report()));
  }

  /** A change is under way, as everyone says. */
  Heard changing(TopologyChangeStatus change) {
    for (String by : List.copyOf(own.keySet())) {
      says(
          by,
          status ->
              new ClusterStatus(
                  status.clusterId(),
                  by,
                  status.nodes(),
                  status.metadata(),
                  status.moves(),
                  change,
                  status.partitions(),
                  status.partitionsDegraded(),
                  status.partitionsUnavailable(),
                  status.report()));
    }
    return this;
  }

  /** What rebalancing would do. */
  Heard rebalancing(TopologyPlan plan) {
    rebalancing = plan;
    return this;
  }

  static NodeView member(NodeView node, Membership membership, boolean markedDown) {
    return new NodeView(
        node.id(),
        node.address(),
        node.region(),
        node.zone(),
        node.state(),
        node.incarnation(),
        node.replicas(),
        node.weight(),
        node.silentMillis(),
        node.phi(),
        node.lagMillis(),
        node.breakerOpen(),
        node.hints(),
        node.repairs(),
        node.filling(),
        node.hintsPaused(),
        membership,
        markedDown);
  }

  private Heard says(String by, UnaryOperator<ClusterStatus> what) {
    own.computeIfPresent(by, (id, status) -> what.apply(status));
    return this;
  }

  Observations seen() {
    return new Observations(
        new Views(own.values().iterator().next(), own, unheard), tenants, rebalancing);
  }
}
