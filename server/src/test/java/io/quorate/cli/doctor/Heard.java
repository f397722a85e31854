package io.quorate.cli.doctor;

import io.quorate.cli.Views;
import io.quorate.client.ClusterStatus;
import io.quorate.client.ClusterStatus.Membership;
import io.quorate.client.ClusterStatus.State;
import io.quorate.client.HintOverflow;
import io.quorate.client.Level;
import io.quorate.client.ReadRepair;
import io.quorate.client.Tenant;
import io.quorate.client.TenantLimits;
import io.quorate.client.TopologyChangeStatus;
import io.quorate.client.TopologyPlan;
import io.quorate.client.UpgradeStatus;
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

  static ClusterStatus.Metadata metadata(String leader) {
    return new ClusterStatus.Metadata(leader, 1, 1, 1, IDS, List.of(), "");
  }

  private static ClusterStatus.Node node(String id) {
    return new ClusterStatus.Node(
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
        false,
        "");
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

  /**
   * All nodes work at version 2, but for one that works at 1 only; null if there is no such one.
   */
  Heard upgraded(@Nullable String lagging, long openMillis) {
    upgrade =
        new UpgradeStatus(
            1,
            lagging == null ? 2 : 1,
            IDS.stream()
                .map(
                    id ->
                        new UpgradeStatus.Node(
                            id,
                            id + ":7401",
                            State.UP,
                            id.equals(lagging) ? "0.1.0" : "0.2.0",
                            1,
                            id.equals(lagging) ? 1 : 2))
                .toList(),
            openMillis);
    return this;
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

  static ClusterStatus.Node state(ClusterStatus.Node node, State state, long silentMillis) {
    return new ClusterStatus.Node(
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
        node.markedDown(),
        node.name());
  }

  static ClusterStatus.Node zone(ClusterStatus.Node node, String zone) {
    return new ClusterStatus.Node(
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
        node.markedDown(),
        node.name());
  }

  /** What one owes another. */
  static ClusterStatus.Node owed(
      ClusterStatus.Node node,
      long lagMillis,
      boolean breakerOpen,
      long hints,
      int repairs,
      int filling,
      boolean paused) {
    return new ClusterStatus.Node(
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
        node.markedDown(),
        node.name());
  }

  Heard sees(String by, String whom, UnaryOperator<ClusterStatus.Node> how) {
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

  Heard everyoneSees(String whom, UnaryOperator<ClusterStatus.Node> how) {
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
                new ClusterStatus.Metadata("", 1, 1, 1, IDS, List.of(), why),
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

  static ClusterStatus.Node member(
      ClusterStatus.Node node, Membership membership, boolean markedDown) {
    return new ClusterStatus.Node(
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
        markedDown,
        node.name());
  }

  private Heard says(String by, UnaryOperator<ClusterStatus> what) {
    own.computeIfPresent(by, (id, status) -> what.apply(status));
    return this;
  }

  Observations seen() {
    return new Observations(
        new Views(own.values().iterator().next(), own, unheard), tenants, rebalancing, upgrade);
  }
}
