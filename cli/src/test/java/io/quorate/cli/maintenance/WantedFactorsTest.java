package io.quorate.cli.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.maintenance.WantedFactors.Factor;
import io.quorate.client.admin.PartitionHash;
import io.quorate.client.admin.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class WantedFactorsTest {
  private static final Tenant STEADY = tenant("steady", 3, 3);
  private static final Tenant ALTERED = tenant("altered", 3, 5);

  private static Tenant tenant(String name, int factor, int next) {
    return Tenant.builder()
        .name(name)
        .replicationFactor(factor)
        .nextReplicationFactor(next)
        .build();
  }

  private static PartitionHash holds(int factor, int next) {
    return PartitionHash.of(
        7,
        List.of(
            PartitionHash.OfFactor.builder()
                .factor(factor)
                .nextFactor(next)
                .byRegion(new TreeMap<>())
                .nextByRegion(new TreeMap<>())
                .hash("00")
                .newestAge(Duration.ofMinutes(1))
                .build()));
  }

  /** Or partitions that have come through would be called equal, and no one had compared them. */
  @Test
  void factorThatATenantIsOnTheWayToIsWanted() {
    WantedFactors wanted = WantedFactors.of(List.of(STEADY, ALTERED), "altered");

    assertThat(wanted.present(List.of(holds(5, 5)))).containsExactly(new Factor("5", "5"));
    assertThat(wanted.present(List.of(holds(3, 5)))).containsExactly(new Factor("3", "5"));
    assertThat(wanted.reach()).as("replicas that are asked").isEqualTo(5);
  }

  @Test
  void factorThatATenantIsAlteredToMeanwhileIsWantedToo() {
    WantedFactors before = WantedFactors.of(List.of(STEADY), "steady");
    WantedFactors both = before.and(WantedFactors.of(List.of(tenant("steady", 3, 5)), "steady"));

    assertThat(both.present(List.of(holds(5, 5)))).containsExactly(new Factor("5", "5"));
    assertThat(both.present(List.of(holds(3, 3)))).containsExactly(new Factor("3", "3"));
    assertThat(both.reach()).isEqualTo(5);
  }

  @Test
  void factorsOfOtherTenantsAreNot() {
    WantedFactors wanted = WantedFactors.of(List.of(STEADY, ALTERED), "steady");

    assertThat(wanted.present(List.of(holds(5, 5)))).isEmpty();
    assertThat(wanted.reach()).isEqualTo(3);
    assertThat(WantedFactors.of(List.of(STEADY), "none").factors()).isEmpty();
  }

  /** As of a tenant that was dropped while this ran. */
  @Test
  void withoutATenantAllThatIsHeldIsWanted() {
    assertThat(WantedFactors.of(List.of(STEADY), null).present(List.of(holds(2, 2)))).hasSize(1);
  }
}
