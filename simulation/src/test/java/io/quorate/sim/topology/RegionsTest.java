package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.Seeds;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three regions of three nodes, with links of 40 to 200 ms there and back between them, jitter and
 * loss. In each region clients read and write keys of their own at LOCAL_QUORUM; what they read is
 * never older than what was acknowledged before (docs/design/regions.md).
 */
class RegionsTest {
  private static final Duration CUT_OFF = Duration.ofSeconds(6);

  @Seeds({1, 2})
  void aRegionThatIsCutOffGoesOnAndAnotherOneChangesMeanwhile(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);
    nodes.joinsAsSpare();

    nodes.cutOff("a");
    nodes.pass(CUT_OFF);
    Map<String, Long> before = nodes.succeeded();
    nodes.pass(Duration.ofSeconds(2));
    nodes
        .succeeded()
        .forEach(
            (region, count) ->
                assertThat(count)
                    .as("region %s", region)
                    .isGreaterThan(before.getOrDefault(region, 0L) + 20));
    assertThat(nodes.areReady("a")).as("load balancers send clients there").isTrue();

    assertThat(nodes.put("b", "each", Level.EACH_QUORUM))
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> {
              assertThat(failed.failure().reason()).isEqualTo(Failure.Reason.UNAVAILABLE);
              assertThat(failed.failure().message())
                  .contains("too few replicas are left in region 'a'");
            });
    assertThat(nodes.put("b", "quorum", Level.QUORUM)).isInstanceOf(Outcome.Written.class);

    nodes.replaceInRegionB();
    nodes.awaitEnd();

    nodes.comeToRest();
    assertThat(nodes.wrong()).isEmpty();
    assertThat(nodes.put("b", "each", Level.EACH_QUORUM)).isInstanceOf(Outcome.Written.class);
    assertThat(nodes.get("a", "each", Level.LOCAL_QUORUM)).isEqualTo(nodes.lastPut());
  }

  /** The region whose replicas are to change is away: it is waited for, and all go on. */
  @ParameterizedTest
  @ValueSource(longs = 4)
  void aRegionThatIsCutOffHoldsUpItsOwnChange(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);
    nodes.joinsAsSpare();

    nodes.cutOffAllButTheSpare("b");
    nodes.replaceInRegionB();
    nodes.pass(CUT_OFF);
    assertThat(nodes.state().partitions())
        .as("none has cut over")
        .allMatch(each -> each.move() == null || each.move().step() == Move.Step.DUAL_WRITE);

    nodes.comeToRest();
    assertThat(nodes.wrong()).isEmpty();
  }

  /** A tenant leaves a region, and what was acknowledged there alone is seen elsewhere. */
  @ParameterizedTest
  @ValueSource(longs = 6)
  void aRegionIsLeftOutAndAnotherNumberTakesEffect(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);

    assertThat(nodes.put("a", "only here", Level.LOCAL_QUORUM)).isInstanceOf(Outcome.Written.class);
    long value = nodes.lastPut();
    nodes.clientsEnd("a");
    nodes.alter(new TreeMap<>(Map.of("b", 3, "c", 1)));
    nodes.awaitEnd();
    assertThat(nodes.get("b", "only here", Level.LOCAL_QUORUM)).isEqualTo(value);

    Tenant tenant = nodes.tenant();
    assertThat(tenant.replication().isAltered()).isFalse();
    assertThat(tenant.replication().goal()).hasToString("b=3,c=1");
    nodes.comeToRest();
    assertThat(nodes.wrong()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = 8)
  void whatWouldMoveReplicasToAnotherRegionIsRefused(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);
    nodes.joinsAsSpare();

    assertThat(nodes.refusal(new Command.MoveNode(nodes.id(0), "b", "")))
        .contains("tenants are replicated by region");
    assertThat(nodes.refusal(new Command.ReplaceNode(nodes.id(0), nodes.spare())))
        .contains("a node is replaced by one of its own region");
    assertThat(List.of(nodes.tenant().replication().goal().byRegion()))
        .containsExactly(new TreeMap<>(Map.of("a", 3, "b", 3, "c", 3)));
  }
}
