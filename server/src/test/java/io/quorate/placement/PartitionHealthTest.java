package io.quorate.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What can be done with partitions while replicas are missing. */
class PartitionHealthTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final NodeId C = new NodeId(3);

  private static final Tenant QUORUM = tenant("quorum", 3, Level.QUORUM, Level.QUORUM);

  private static Tenant tenant(String name, int replicas, Level read, Level write) {
    return new Tenant(1, name, replicas, read, write, 0);
  }

  private static Placements placements(Set<NodeId> filling, Tenant... tenants) {
    Map<String, Tenant> byName = new TreeMap<>();
    for (Tenant tenant : tenants) {
      byName.put(tenant.name(), tenant);
    }
    return new Placements(
        1,
        Map.of(),
        byName,
        List.of(
            new PartitionPlacement(1, List.of(A, B, C), PurgeMarks.NONE, new TreeSet<>(filling))));
  }

  private static PartitionHealth health(Tenant tenant, Set<NodeId> filling, NodeId... live) {
    return PartitionHealth.of(placements(filling, tenant), 0, tenant, "", List.of(live)::contains);
  }

  @Test
  void allReplicasLiveIsHealthy() {
    assertThat(health(QUORUM, Set.of(), A, B, C)).isEqualTo(PartitionHealth.HEALTHY);
  }

  @Test
  void majorityLiveIsDegraded() {
    assertThat(health(QUORUM, Set.of(), A, C)).isEqualTo(PartitionHealth.DEGRADED);
  }

  @Test
  void minorityLiveIsUnavailable() {
    assertThat(health(QUORUM, Set.of(), C)).isEqualTo(PartitionHealth.UNAVAILABLE);
  }

  /** Acknowledgements of a replica that is being filled do not count. */
  @Test
  void replicaThatIsFilledIsAMissingVoter() {
    assertThat(health(QUORUM, Set.of(B), A, B, C)).isEqualTo(PartitionHealth.DEGRADED);
    assertThat(health(QUORUM, Set.of(B), A, B)).isEqualTo(PartitionHealth.UNAVAILABLE);
  }

  @Test
  void levelsOfTheTenantDecide() {
    Tenant one = tenant("one", 3, Level.ONE, Level.ONE);
    Tenant all = tenant("all", 3, Level.ONE, Level.ALL);
    assertThat(health(one, Set.of(), C)).isEqualTo(PartitionHealth.DEGRADED);
    assertThat(health(all, Set.of(), A, B)).isEqualTo(PartitionHealth.UNAVAILABLE);
  }

  /** Nodes 1 to 3 stand in one region, and 4 to 6 in another. */
  private static boolean isServedInFirstRegion(List<Tenant> tenants, int... live) {
    Map<NodeId, Placements.Member> nodes = new TreeMap<>();
    for (int i = 1; i <= 6; i++) {
      nodes.put(
          new NodeId(i), new Placements.Member(new NodeId(i), "n" + i, i < 4 ? "eu" : "us", "", 1));
    }
    Map<String, Tenant> byName = new TreeMap<>();
    tenants.forEach(tenant -> byName.put(tenant.name(), tenant));
    Placements placements =
        new Placements(
            1, nodes, byName, List.of(new PartitionPlacement(1, List.copyOf(nodes.keySet()))));
    return PartitionHealth.isServedWithin(
        "eu", placements, node -> IntStream.of(live).anyMatch(each -> each == node.value()));
  }

  private static Tenant byRegion(String name, Map<String, Integer> replicas) {
    return new Tenant(
        2, name, ReplicationFactor.byRegion(new TreeMap<>(replicas)), TenantSettings.NONE);
  }

  @Test
  void aRegionThatIsCutOffServesOnItsOwn() {
    Tenant geo = byRegion("geo", Map.of("eu", 3, "us", 3));
    assertThat(isServedInFirstRegion(List.of(geo), 1, 2, 3)).isTrue();
    assertThat(isServedInFirstRegion(List.of(geo), 1, 3)).isTrue();
    assertThat(isServedInFirstRegion(List.of(geo), 1, 4, 5, 6)).isFalse();
    Tenant single = byRegion("single", Map.of("eu", 1));
    assertThat(isServedInFirstRegion(List.of(geo, single), 2, 3)).isFalse();
  }

  @Test
  void withoutReplicasByRegionNoRegionServesOnItsOwn() {
    assertThat(isServedInFirstRegion(List.of(QUORUM), 1, 2, 3)).isFalse();
    Tenant elsewhere = byRegion("elsewhere", Map.of("us", 3));
    assertThat(isServedInFirstRegion(List.of(elsewhere), 1, 2, 3)).isFalse();
  }

  @Test
  void onlyTheTenantsOwnReplicasMatter() {
    Tenant single = tenant("single", 1, Level.QUORUM, Level.QUORUM);
    assertThat(health(single, Set.of(), A)).isEqualTo(PartitionHealth.HEALTHY);
    assertThat(health(single, Set.of(), B, C)).isEqualTo(PartitionHealth.UNAVAILABLE);
  }

  @Test
  void partitionCountsAsItsWorstOffTenantSeesIt() {
    Placements placements = placements(Set.of(), QUORUM, tenant("all", 3, Level.ALL, Level.ALL));
    assertThat(HealthCount.of(placements, "", Set.of(A, B)::contains))
        .isEqualTo(new HealthCount(0, 0, 1, 0));
    assertThat(HealthCount.of(placements, "", Set.of(A, B, C)::contains))
        .isEqualTo(new HealthCount(1, 0, 0, 0));
  }
}
