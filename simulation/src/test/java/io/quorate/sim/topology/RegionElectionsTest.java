package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockRequest;
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
  private static final Duration MEASURED = Duration.ofSeconds(20);

  /** Five of ten round trips. */
  private static final Duration REPLACED_MAX = Duration.ofMillis(5 * 10 * ROUND_TRIP_MILLIS);

  private static final Duration ANSWERED_MAX = Duration.ofSeconds(10);

  @ParameterizedTest
  @ValueSource(longs = 1)
  void leaderIsFoundAndStaysThoughAnswersComeLaterThanTheConfiguredTime(long seed) {
    RegionalCluster nodes = RegionalCluster.ready(seed);
    nodes.setRoundTrips(ROUND_TRIP_MILLIS);
    nodes.pass(MEASURED);
    nodes.killLeader();
    nodes.pass(REPLACED_MAX);

    assertThat(nodes.askLocks("a", new LockRequest.Acquire("l", "o", 60_000, 0), ANSWERED_MAX))
        .isInstanceOf(LockAnswer.Granted.class);
    Set<String> leadership = nodes.leadership();
    Set<String> lockLeadership = nodes.lockLeadership();
    assertThat(lockLeadership).hasSize(1);
    assertThat(leadership).hasSize(1);
    assertThat(leadership.toString()).doesNotContain("null");
    for (int i = 0; i < 30; i++) {
      nodes.pass(Duration.ofSeconds(1));
      assertThat(nodes.leadership()).isEqualTo(leadership);
      assertThat(nodes.lockLeadership()).isEqualTo(lockLeadership);
    }
  }
}
