package io.quorate.sim.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.health.BreakerConfig;
import io.quorate.replication.replica.limit.RequestLimiterConfig;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * One of three disks takes a hundred times as long as the others. Clients must not notice; what
 * waits for the slow disk is bounded, at its node and at those that send to it; and in the end that
 * node holds what the others hold.
 */
class SlowPeerTest {
  private static final Duration LENGTH = Duration.ofSeconds(3);
  private static final int SLOW = 2;
  private static final int INLET = 40;
  private static final long MILLIS = 1_000_000;

  /** As in {@link Flood}, which finds the peak with equal disks. */
  private static final DiskSpeed A_HUNDRED_TIMES_AS_SLOW =
      new DiskSpeed(200 * MILLIS, 400 * MILLIS, 50, 20 * MILLIS, 100 * MILLIS);

  private final AdmissionConfig admission =
      new AdmissionConfig(64, 256, 1 << 20, 100 * MILLIS, 1_000 * MILLIS, 1, 10);

  @Test
  void oneSlowReplicaIsBoundedAndTheOthersDoNotWaitForIt() {
    Flood flood = new Flood(3, admission, config(), Set.of());
    double peak = flood.peak(LENGTH);
    double asked = peak / 4;
    double before = flood.goodputAt(0, asked, LENGTH);

    flood.cluster().node(SLOW).disk().speed(A_HUNDRED_TIMES_AS_SLOW);
    Map<String, Long> longest = new TreeMap<>();
    flood.watch(SLOW, queue -> longest.merge(queue.name(), queue.length(), Math::max), 5 * MILLIS);
    double beside = flood.goodputAt(0, asked, LENGTH);

    assertThat(beside / before).as("served at a node whose disk is well").isGreaterThan(0.95);
    assertThat(longest.get("requests of other nodes")).isBetween(1L, 2L * INLET);
    assertThat(flood.cluster().windows().count("Overloaded, replica requests"))
        .as("refused by the slow one")
        .isPositive();
    assertThat(flood.cluster().windows().count("Hinted")).isPositive();
  }

  private static CoordinatorConfig config() {
    CoordinatorConfig usual = CoordinatorConfig.DEFAULT;
    return new CoordinatorConfig(
        usual.operationsMax(),
        usual.valueBytesMax(),
        usual.recordBytesMax(),
        usual.versionsOnlyAboveBytes(),
        usual.hedgeDelayNanosMin(),
        usual.hedgeShare(),
        usual.sweepNanos(),
        usual.lagNanosMax(),
        BreakerConfig.DEFAULT,
        usual.repair(),
        new RequestLimiterConfig(INLET, 1 << 20));
  }
}
