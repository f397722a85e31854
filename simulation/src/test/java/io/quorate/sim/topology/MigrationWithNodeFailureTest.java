package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Move;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A node dies in the middle of being given its share, and clients of the others do not notice. */
class MigrationWithNodeFailureTest {

  /** After one second the node is back before it is given up; after five it is not. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "1, 5", "2, 5"})
  void newNodeDiesWhileBothSetsAreWrittenTo(long seed, int secondsAway) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1);
    nodes.clients().ask(List.of(nodes.node(0), nodes.node(1), nodes.node(2)));

    nodes.joins(3);
    var unused = nodes.awaitStep(Move.Step.DUAL_WRITE);
    nodes.node(3).crash();
    long before = nodes.clients().succeeded();
    nodes.pass(Duration.ofSeconds(secondsAway));
    assertThat(nodes.clients().succeeded() - before).as("calls meanwhile").isGreaterThan(200);
    assertThat(nodes.isAtItsEnd()).isFalse();

    nodes.node(3).start();
    nodes.comeToRest();
    assertThat(nodes.clients().errors()).isEmpty();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.count("node marked down") > 0).isEqualTo(secondsAway > 2);
  }
}
