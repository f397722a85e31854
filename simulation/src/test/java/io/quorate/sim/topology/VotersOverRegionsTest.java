package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole nodes in three regions, of which any one is lost: the metadata group goes on
 * (docs/design/regions.md#voters).
 */
class VotersOverRegionsTest {
  private static final int FOUNDERS = 5;
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(2);
  private static final Duration SETTLED = Duration.ofSeconds(2);
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final Tenant PLAIN =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);

  /** Where the founders stand, and the node that comes later. */
  private static final String REGIONS = "aaabbc";

  private int tenants;

  /** A node of a third region comes to two, or one that holds no data. */
  @ParameterizedTest
  @CsvSource({"1,WITH_SHARE", "2,WITH_SHARE", "3,AS_SPARE", "4,AS_SPARE"})
  void anyOneOfThreeRegionsMayBeLost(long seed, Joining how) {
    SimWorld world = SimWorld.of(seed);
    SimCluster cluster = of(world);
    cluster.startAll();
    assertThat(world.runUntil(cluster::isReady, WITHIN)).isTrue();
    assertThat(perRegion(cluster)).isEqualTo(Map.of("a", 3, "b", 2));

    cluster.node(FOUNDERS).invite(how);
    Map<String, Integer> spread = Map.of("a", 2, "b", 2, "c", 1);
    assertThat(world.runUntil(() -> perRegion(cluster).equals(spread), WITHIN))
        .as("%s", perRegion(cluster))
        .isTrue();
    world.runFor(SETTLED); // the leader knows a change first
    List<NodeId> voters = group(cluster).status().voters();

    for (String region : List.of("a", "b", "c")) {
      List<SimNode> lost =
          IntStream.range(0, REGIONS.length())
              .filter(index -> regionOf(index).equals(region))
              .mapToObj(cluster::node)
              .toList();
      lost.forEach(SimNode::crash);
      assertThat(canChange(world, cluster)).as("without region %s", region).isTrue();
      lost.forEach(SimNode::start);
      assertThat(world.runUntil(cluster::isReady, WITHIN)).as("with region %s", region).isTrue();
    }
    world.runFor(QUIET);
    assertThat(group(cluster).status().voters())
        .as("no voter has moved for a region that was away")
        .isEqualTo(voters);
    if (how == Joining.AS_SPARE) {
      NodeId witness = Objects.requireNonNull(cluster.node(FOUNDERS).knownId());
      assertThat(group(cluster).state().owns(witness)).isFalse();
      assertThat(Objects.requireNonNull(group(cluster).state().members().get(witness)).state())
          .isEqualTo(Member.State.SPARE);
    }
  }

  private static SimCluster of(SimWorld world) {
    List<String> seeds = IntStream.range(0, FOUNDERS).mapToObj(SimNode::address).toList();
    return new SimCluster(
        world,
        FOUNDERS,
        REGIONS.length() - FOUNDERS,
        PLAIN,
        WholeNode.factory(
            seeds,
            CoordinatorConfig.DEFAULT,
            AdmissionConfig.DEFAULT,
            new WholeNode.Site(VotersOverRegionsTest::regionOf, 0),
            Sabotage.NONE),
        Sabotage.NONE);
  }

  private static String regionOf(int index) {
    return REGIONS.substring(index, index + 1);
  }

  /** Voters by region, as the leader knows; none while no node leads. */
  private static Map<String, Integer> perRegion(SimCluster cluster) {
    Map<String, Integer> voters = new TreeMap<>();
    for (SimNode node : cluster.nodes()) {
      if (node.leads()) {
        MetadataGroup group = Objects.requireNonNull(node.metadata());
        for (NodeId voter : group.status().voters()) {
          Member member = Objects.requireNonNull(group.state().members().get(voter));
          voters.merge(member.region(), 1, Integer::sum);
        }
        return voters;
      }
    }
    return voters;
  }

  private static MetadataGroup group(SimCluster cluster) {
    return cluster.nodes().stream()
        .filter(SimNode::leads)
        .map(node -> Objects.requireNonNull(node.metadata()))
        .findFirst()
        .orElseThrow();
  }

  /** Whether some node that is up has a tenant created. */
  private boolean canChange(SimWorld world, SimCluster cluster) {
    long until = world.nowNanos() + WITHIN.toNanos();
    while (world.nowNanos() < until) {
      SimNode asked = cluster.nodes().stream().filter(SimNode::isUp).findFirst().orElseThrow();
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      Command command = new Command.CreateTenant("t" + ++tenants, 1, null, null, 0);
      asked.onMetadata(
          (group, nowNanos) ->
              group.propose(command, nowNanos + ANSWERED_WITHIN.toNanos(), outcome::set));
      boolean unused = world.runUntil(() -> outcome.get() != null, ANSWERED_WITHIN.multipliedBy(2));
      if (outcome.get() instanceof CommandOutcome.Accepted) {
        return true;
      }
    }
    return false;
  }
}
