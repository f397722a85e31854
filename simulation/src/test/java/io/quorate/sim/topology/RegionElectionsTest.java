package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole nodes in three regions, so far apart that an answer comes later than elections take as a
 * rule: they measure that with their heartbeats, and wait longer (docs/design/regions.md#r7).
 */
class RegionElectionsTest {
  private static final long ROUND_TRIP_MILLIS = 700;

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void leaderStaysThoughAnswersComeLaterThanTheConfiguredTime(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);
    nodes.setRoundTrips(ROUND_TRIP_MILLIS);
    nodes.pass(Duration.ofSeconds(30));

    Set<String> leadership = nodes.leadership();
    assertThat(leadership).hasSize(1);
    for (int i = 0; i < 60; i++) {
      nodes.pass(Duration.ofSeconds(1));
      assertThat(nodes.leadership()).isEqualTo(leadership);
    }
  }
}
