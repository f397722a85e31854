package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.Seeds;

/** A fourth node gets its share while clients go on, and no client notices. */
class EndToEndMigrationTest {
  private static final int KEYS = 1_000;

  @Seeds({1, 2, 3})
  void fourthNodeIsGivenItsShareWhileClientsGoOn(long seed) {
    ChangingCluster nodes = ChangingCluster.ready(seed, 3, 1, KEYS);

    nodes.joins(3);
    long before = nodes.clients().succeeded();
    nodes.awaitEnd();
    assertThat(nodes.clients().succeeded() - before).as("calls meanwhile").isGreaterThan(50);
    nodes.comeToRest();

    assertThat(nodes.clients().errors()).isEmpty();
    assertThat(nodes.owned(3)).isPositive();
    assertThat(nodes.count("written to both sets")).isPositive();
    assertThat(nodes.count("CopyComplete")).isPositive();
    assertThat(nodes.count("PartitionCleared")).as("former replicas forgot it").isPositive();
  }
}
