package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.admin.ClusterAdmin.DiskUsage;
import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.metrics.Meters;
import io.quorate.model.NodeId;
import io.quorate.node.core.Readiness;
import io.quorate.placement.HealthCount;
import io.quorate.raft.LogSize;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.AntiEntropy.Age;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.storage.StoreHealth;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the lane writes down is what Prometheus reads. */
class VitalsTest {
  private static final NodeId OTHER = new NodeId(7);

  private long nanos;
  private final Clock clock = TestClock.ofNanos(() -> nanos);
  private final Vitals vitals = new Vitals(clock);
  private final Meters meters = new Meters(List.of());

  VitalsTest() {
    vitals.addHealingTo(meters);
    vitals.addMetadataLogTo(meters);
  }

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void fillingAndPurgingAreMeasured() {
    vitals.beat(
        Readiness.READY,
        null,
        0,
        0,
        Hints.Sum.NOTHING,
        AntiEntropy.Standing.NOTHING,
        new Filler.Progress(3, 16, 1_000, 5_000_000, 2_000_000),
        new Purging(70, 4, 2, 90_000, 3_700_000),
        HealthCount.NONE);
    assertThat(meters.scrape().lines())
        .contains(
            "quorate_filling_partitions 3.0",
            "quorate_filling_bytes_per_second 2000000.0",
            "quorate_tombstones 70.0",
            "quorate_purge_due_partitions 4.0",
            "quorate_purge_open_partitions 2.0",
            "quorate_purge_overdue_seconds 90.0",
            "quorate_purge_age_seconds 3700.0");
  }

  @Test
  void aNodeIsWholeOnceItIsReadyAndFilled() {
    assertThat(vitals.whole().reason()).isEqualTo("it is starting");
    beat(Readiness.READY, 2, 3);
    assertThat(vitals.ready().ok()).isTrue();
    assertThat(vitals.whole().reason()).isEqualTo("3 partitions of this node are being filled");
    beat(Readiness.READY, 2, 0);
    assertThat(vitals.whole().reason()).isEqualTo("2 partitions of this node are damaged");
    beat(Readiness.READY, 0, 0);
    assertThat(vitals.whole().ok()).isTrue();
    beat(Readiness.not("this node is drained"), 0, 0);
    assertThat(vitals.whole().reason()).isEqualTo("this node is drained");
  }

  /** The next node is not to be stopped; this one still serves reads. */
  @Test
  void aNodeWhoseDiskTakesNoWritesIsReadyAndNotWhole() {
    beat(Readiness.READY, 0, 0);
    vitals.disk(new StoreHealth(StoreHealth.State.FULL, "the disk is full"));
    assertThat(vitals.ready().ok()).isTrue();
    assertThat(vitals.whole().reason())
        .isEqualTo("the disk of this node takes no writes: the disk is full");
    vitals.disk(StoreHealth.WRITABLE);
    assertThat(vitals.whole().ok()).isTrue();
  }

  private void beat(Readiness readiness, int damaged, int filling) {
    vitals.beat(
        readiness,
        null,
        0,
        damaged,
        Hints.Sum.NOTHING,
        AntiEntropy.Standing.NOTHING,
        new Filler.Progress(filling, 16, 0, 0, 0),
        Purging.NOTHING,
        HealthCount.NONE);
  }

  /** The lane may have found that the node goes on just before another thread began to stop it. */
  @Test
  void aNodeThatStopsIsNotReadyWhateverTheLaneWroteDownLast() {
    beat(Readiness.READY, 0, 0);
    vitals.stopping();
    beat(Readiness.READY, 0, 0);
    assertThat(vitals.ready().reason()).isEqualTo("it is stopping");
    assertThat(vitals.readiness().ready()).isFalse();
  }

  /** Zeros would say that the disk is full. */
  @Test
  void diskOfWhichNothingIsKnownIsNotANumber() {
    AtomicReference<DiskUsage> usage = new AtomicReference<>(DiskUsage.UNKNOWN);
    Vitals.addSpaceTo(meters, usage::get);
    assertThat(meters.scrape().lines())
        .contains(
            "quorate_disk_bytes NaN",
            "quorate_disk_used_bytes NaN",
            "quorate_disk_available_bytes NaN");
    usage.set(new DiskUsage(100, 95, 0));
    assertThat(meters.scrape().lines())
        .contains(
            "quorate_disk_bytes 100.0",
            "quorate_disk_used_bytes 95.0",
            "quorate_disk_available_bytes 0.0");
  }

  /** A supervisor would kill it in the middle of its requests. */
  @Test
  void aNodeThatTakesItsTimeToStopIsLive() {
    nanos += 16_000_000_000L;
    assertThat(vitals.live().ok()).as("stuck").isFalse();
    vitals.stopping();
    nanos += 600_000_000_000L;
    assertThat(vitals.live().ok()).isTrue();
    assertThat(vitals.ready().ok()).isFalse();
  }

  @Test
  void agesOfPartitionsAndDebtsOfNodesComeAndGo() {
    var targetHints = new Hints.Standing(OTHER, 12, 3_400, List.of(), 0, 0, false, 0, 0);
    vitals.count(
        List.of(new Age(2, OTHER, 1_500_000_000L, true), new Age(5, OTHER, 9, false)),
        List.of(targetHints),
        Map.of("us", 2_500_000_000L),
        new LogSize(3, 450, 17, 2_000),
        8_000);
    assertThat(meters.scrape().lines())
        .contains(
            "quorate_raft_log_entries 3.0",
            "quorate_raft_log_bytes 450.0",
            "quorate_raft_snapshot_index 17.0",
            "quorate_raft_snapshot_bytes 2000.0",
            "quorate_history_overdue_seconds 8.0",
            "quorate_region_lag_seconds{region=\"us\"} 2.5",
            "quorate_partition_repair_age_seconds{partition=\"2\"} 1.5",
            "quorate_hints_owed{target=\"" + OTHER + "\"} 12.0",
            "quorate_hints_owed_bytes{target=\"" + OTHER + "\"} 3400.0");
    vitals.count(
        List.of(new Age(2, OTHER, 2_000_000_000L, true)), List.of(), Map.of(), LogSize.EMPTY, 0);
    assertThat(meters.scrape())
        .contains("quorate_partition_repair_age_seconds{partition=\"2\"} 2.0")
        .doesNotContain("partition=\"5\"", "quorate_hints_owed{", "quorate_region_lag_seconds{");
  }

  @Test
  void manyPartitionsHaveNoMetersOfTheirOwn() {
    vitals.count(ages(1_024), List.of(), Map.of(), LogSize.EMPTY, 0);
    assertThat(meters.scrape().lines().filter(VitalsTest::isAge)).hasSize(1_024);
    vitals.count(ages(1_025), List.of(), Map.of(), LogSize.EMPTY, 0);
    assertThat(meters.scrape().lines().filter(VitalsTest::isAge)).isEmpty();
  }

  @Test
  void whatIsManyIsCountedEveryTwoSeconds() {
    assertThat(vitals.isCountDue()).isTrue();
    vitals.count(List.of(), List.of(), Map.of(), LogSize.EMPTY, 0);
    assertThat(vitals.isCountDue()).isFalse();
    nanos += 2_000_000_000L;
    assertThat(vitals.isCountDue()).isTrue();
  }

  private static boolean isAge(String line) {
    return line.startsWith("quorate_partition_repair_age_seconds{");
  }

  private static List<Age> ages(int partitions) {
    return IntStream.range(0, partitions).mapToObj(each -> new Age(each, OTHER, 1, true)).toList();
  }
}
