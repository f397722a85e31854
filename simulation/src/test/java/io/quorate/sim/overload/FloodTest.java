package io.quorate.sim.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.Seeds;
import io.quorate.sim.check.Inside;
import io.quorate.sim.cluster.SimNode;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Ten times what a cluster can do is asked, by a schedule that waits for nothing. */
class FloodTest {
  private static final Duration LENGTH = Duration.ofSeconds(2);
  private static final long MILLIS = 1_000_000;
  private static final double TIMES = 10;

  /** Little at a time, so that there is a capacity. */
  private static final AdmissionConfig BOUNDED =
      new AdmissionConfig(4, 256, 1 << 20, 100 * MILLIS, 1_000 * MILLIS, 1, 10);

  /** Queues that are in effect unbounded. */
  private static final AdmissionConfig UNBOUNDED =
      new AdmissionConfig(4, 1_000_000, 1 << 30, 3_600_000 * MILLIS, 0, 1, 10);

  @Seeds({1, 2, 3})
  void tenTimesTooMuchLeavesWhatIsServedInTimeAsItWas(long seed) {
    Flood flood = new Flood(seed, BOUNDED);
    double peak = flood.peak(LENGTH);
    double good = flood.goodput(TIMES * peak, LENGTH);
    assertThat(good / peak).as("goodput of a peak of %.0f", peak).isGreaterThan(0.8);

    double after = flood.goodput(peak / 2, LENGTH);
    assertThat(after / (peak / 2)).as("of half the peak, right after").isGreaterThan(0.9);
  }

  @Test
  void deadlinesAloneWouldDo() {
    Flood flood = flood(UNBOUNDED);
    double peak = flood.peak(LENGTH);
    assertThat(flood.goodput(TIMES * peak, LENGTH) / peak).isGreaterThan(0.8);
  }

  @Test
  void boundedLinesAloneWouldDo() {
    Flood flood = flood(BOUNDED);
    double peak = flood.peak(LENGTH);
    flood.pretend(Duration.ofMinutes(1));
    assertThat(flood.goodput(TIMES * peak, LENGTH) / peak).isGreaterThan(0.8);
  }

  /**
   * Without bounds and deadlines, the flood must show; otherwise the tests above would prove
   * nothing.
   */
  @Test
  void withNeitherNearlyAllIsTooLate() {
    Flood flood = flood(UNBOUNDED);
    double peak = flood.peak(LENGTH);
    flood.pretend(Duration.ofMinutes(1));
    assertThat(flood.goodput(TIMES * peak, LENGTH) / peak).isLessThan(0.7);
  }

  private static Flood flood(AdmissionConfig admission) {
    return new Flood(1, admission, CoordinatorConfig.DEFAULT, Set.of());
  }

  @Test
  void nothingIsLeftWhenItIsOver() {
    Flood flood = new Flood(6, BOUNDED);
    double peak = flood.peak(LENGTH);
    double unused = flood.goodput(TIMES * peak, LENGTH);
    for (SimNode node : flood.cluster().nodes()) {
      for (Inside.Queue queue : node.queues()) {
        assertThat(queue.length()).as(queue.name()).isLessThanOrEqualTo(queue.lengthAtRest());
      }
    }
  }
}
