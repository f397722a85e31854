package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Change;
import io.quorate.cluster.Command;
import io.quorate.placement.Move;
import io.quorate.placement.Tenant;
import io.quorate.sim.Seeds;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A tenant gets another replication factor while clients go on, and no client notices. */
class AlteredTenantTest {

  private static int factor(ChangingCluster nodes) {
    Tenant tenant = nodes.state().tenants().get(Tenant.DEFAULT_NAME);
    return tenant == null ? 0 : tenant.replicationFactor();
  }

  @Seeds({1, 2, 3})
  void fiveReplicasAndThreeAgainWhileClientsGoOn(long seed) {
    ChangingCluster nodes = ChangingCluster.altering(seed, 5);

    nodes.alter(5);
    nodes.awaitEnd();
    assertThat(factor(nodes)).isEqualTo(5);
    nodes.alter(3);
    nodes.awaitEnd();
    assertThat(factor(nodes)).isEqualTo(3);
    nodes.comeToRest();

    assertThat(nodes.clients().errors()).isEmpty();
    assertThat(nodes.count("written to sets of two sizes")).isPositive();
    assertThat(nodes.count("PartitionCleared")).as("the others forgot it").isPositive();
  }

  /** A node that is away for a second is waited for; one that is away for longer is given up. */
  @ParameterizedTest
  @CsvSource({"1, 5, 1", "2, 5, 5", "3, 2, 1", "4, 2, 5"})
  void aNodeDiesMeanwhileAndNothingIsLost(long seed, int factor, int secondsAway) {
    ChangingCluster nodes = ChangingCluster.altering(seed, 5);

    nodes.alter(factor);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.node(4).crash();
    nodes.pass(Duration.ofSeconds(secondsAway));
    nodes.node(4).start();
    nodes.comeToRest();

    assertThat(factor(nodes)).isEqualTo(factor);
  }

  @Seeds({1, 2})
  void aCancelTakesItBackInPartitionsThatHadComeThroughToo(long seed) {
    ChangingCluster nodes = ChangingCluster.altering(seed, 5);

    nodes.wish(new Command.LimitChange(new Change.Limits(1, 0, false)));
    nodes.alter(5);
    nodes.await(() -> nodes.ended() > 0, Duration.ofSeconds(20));
    nodes.wish(new Command.CancelChange());
    nodes.comeToRest();

    assertThat(factor(nodes)).isEqualTo(3);
    assertThat(nodes.clients().errors()).isEmpty();
  }
}
