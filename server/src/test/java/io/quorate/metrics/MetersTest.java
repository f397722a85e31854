package io.quorate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.event.Counter;
import io.quorate.event.Gauge;
import io.quorate.model.NodeId;
import io.quorate.node.NodeEvents;
import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.placement.Tenants;
import io.quorate.replication.admission.AdmissionEvent;
import io.quorate.replication.coordinator.event.CoordinatorEvent;
import io.quorate.replication.event.RequestEvent;
import io.quorate.replication.event.RequestEvent.DropReason;
import io.quorate.replication.health.HealthEvent;
import io.quorate.replication.hint.HintEvent;
import io.quorate.replication.repair.RepairEvent;
import io.quorate.replication.replica.ReplicaEvent;
import io.quorate.transport.event.RequestKind;
import io.quorate.transport.event.RequestListener;
import io.quorate.transport.event.RequestResult;
import io.quorate.transport.event.TransportEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final Meters meters = new Meters(NodeEvents.FAMILIES);

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void aClockThatIsBackIsShownAsItIs() {
    meters.events().accept(new HealthEvent.ClockCompared(1_997, true));
    assertThat(meters.scrape())
        .contains("quorate_clock_skew_seconds 1.997", "quorate_clock_off 1.0");
    meters.events().accept(new HealthEvent.ClockCompared(3, false));
    assertThat(meters.scrape())
        .contains("quorate_clock_skew_seconds 0.003", "quorate_clock_off 0.0");
  }

  @Test
  void whatNodesThinkOfEachOtherIsMeasured() {
    try (Meters each = new Meters(NodeEvents.FAMILIES)) {
      NodeId replica = new NodeId(7);
      each.events().accept(new HealthEvent.Liveness(replica, true));
      each.events().accept(new CoordinatorEvent.ReplicationLag(replica, 1_500));
      each.events().accept(new CoordinatorEvent.BreakerOpened(replica));
      each.events().accept(new CoordinatorEvent.WriteSpared(replica));
      each.events().accept(new CoordinatorEvent.HedgeRefused());
      each.events().accept(new HealthEvent.StoodStill(700));
      each.events().accept(new CoordinatorEvent.RepairedEveryone(2));
      each.events().accept(new CoordinatorEvent.RepairedByChance(1));
      each.events().accept(new CoordinatorEvent.LeftUnrepaired());
      assertThat(each.scrape())
          .contains(
              "quorate_replication_lag_seconds{replica=\"" + replica + "\"} 1.5",
              "quorate_breaker_open{replica=\"" + replica + "\"} 1.0",
              "quorate_breaker_events_total{event=\"opened\"} 1.0",
              "quorate_writes_spared_total{replica=\"" + replica + "\"} 1.0",
              "quorate_hedges_refused_total 1.0",
              "quorate_standstills_total 1.0",
              "quorate_repairs_total{when=\"asked_for\"} 2.0",
              "quorate_repairs_total{when=\"by_chance\"} 1.0",
              "quorate_reads_of_everyone_total{why=\"asked_for\"} 1.0",
              "quorate_reads_unrepaired_total 1.0");
      each.events().accept(new CoordinatorEvent.BreakerClosed(replica));
      assertThat(each.scrape()).contains("quorate_breaker_open{replica=\"" + replica + "\"} 0.0");
    }
  }

  @Test
  void requestsOfAllLanesAreAddedUp() {
    RequestListener first = meters.requests().forLane();
    RequestListener second = meters.requests().forLane();
    first.served("", RequestKind.PUT, Level.QUORUM, RequestResult.OK, 900_000);
    first.served("", RequestKind.PUT, Level.QUORUM, RequestResult.OK, 3_000_000);
    second.served("", RequestKind.PUT, Level.QUORUM, RequestResult.OK, 1_000_000);
    second.served("", RequestKind.GET, null, RequestResult.UNAVAILABLE, 20_000_000_000L);
    first.served("", RequestKind.GET, new Level.Count(2), RequestResult.OK, 1);

    String put = "{level=\"quorum\",op=\"put\",outcome=\"ok\"";
    assertThat(meters.scrape())
        .contains("# TYPE quorate_request_seconds histogram")
        .contains("quorate_request_seconds_bucket" + put + ",le=\"5.0E-4\"} 0")
        .contains("quorate_request_seconds_bucket" + put + ",le=\"0.001\"} 2")
        .contains("quorate_request_seconds_bucket" + put + ",le=\"0.005\"} 3")
        .contains("quorate_request_seconds_bucket" + put + ",le=\"+Inf\"} 3")
        .contains("quorate_request_seconds_count" + put + "} 3")
        .contains("quorate_request_seconds_sum" + put + "} 0.0049")
        .contains("{level=\"default\",op=\"get\",outcome=\"unavailable\",le=\"5.0\"} 0")
        .contains("{level=\"default\",op=\"get\",outcome=\"unavailable\",le=\"+Inf\"} 1")
        .contains("_count{level=\"count\",op=\"get\",outcome=\"ok\"} 1");
  }

  @Test
  void requestsAreShownByTenant() {
    RequestListener first = meters.requests().forLane();
    RequestListener second = meters.requests().forLane();
    first.served("", RequestKind.PUT, null, RequestResult.OK, 900_000);
    second.served("default", RequestKind.GET, null, RequestResult.CONDITION_FAILED, 3_000_000);
    first.served("orders", RequestKind.GET, null, RequestResult.OK, 1);
    first.served("orders", RequestKind.GET, null, RequestResult.FENCED, 1);
    first.served("orders", RequestKind.GET, null, RequestResult.THROTTLED, 1);
    first.served("orders", RequestKind.GET, null, RequestResult.OVERLOADED, 1);
    String series = "quorate_tenant_request_seconds_count{";
    assertThat(meters.scrape())
        .contains(
            series + "outcome=\"ok\",tenant=\"default\"} 2",
            "quorate_tenant_request_seconds_sum{outcome=\"ok\",tenant=\"default\"} 0.0039",
            series + "outcome=\"ok\",tenant=\"orders\"} 1",
            series + "outcome=\"refused\",tenant=\"orders\"} 2",
            series + "outcome=\"failed\",tenant=\"orders\"} 1")
        .doesNotContain("tenant=\"(others)\"");
  }

  /** Names come from clients: one that is made up must not make a series. */
  @Test
  void tenantsThatAreNotServedOrTooManyAreShownTogether() {
    RequestListener lane = meters.requests().forLane();
    lane.served("made-up", RequestKind.GET, null, RequestResult.UNKNOWN_TENANT, 1);
    lane.served("made-up", RequestKind.GET, null, RequestResult.UNAVAILABLE, 1);
    for (int i = 0; i < TenantMeters.TENANTS_MAX + 7; i++) {
      lane.served("t" + i, RequestKind.GET, null, RequestResult.OK, 1);
    }
    String page = meters.scrape();
    String series = "quorate_tenant_request_seconds_count{";
    assertThat(page)
        .contains(
            series + "outcome=\"ok\",tenant=\"(others)\"} 7",
            series + "outcome=\"refused\",tenant=\"(others)\"} 1",
            series + "outcome=\"failed\",tenant=\"(others)\"} 1")
        .doesNotContain("made-up");
    assertThat(page.lines().filter(line -> line.startsWith(series)))
        .hasSize(TenantMeters.TENANTS_MAX + 3);
  }

  private static Tenants tenants(IntStream ids) {
    Map<String, Tenant> tenants = new TreeMap<>();
    ids.forEach(id -> tenants.put("t" + id, new Tenant(id, "t" + id, 3, TenantSettings.NONE)));
    return Tenants.of(tenants);
  }

  private List<String> shown(String tenant) {
    return meters.scrape().lines().filter(line -> line.contains('"' + tenant + '"')).toList();
  }

  /** Else no tenant would be shown any more once a hundred had come and gone. */
  @Test
  void whatIsShownOfATenantGoesWithIt() {
    RequestListener lane = meters.requests().forLane();
    meters.follow(tenants(IntStream.rangeClosed(1, 101)), Set.of());
    for (int id = 101; id >= 1; id--) {
      lane.served("t" + id, RequestKind.GET, null, RequestResult.OK, 1);
      meters.events().accept(new AdmissionEvent.Throttled("t" + id, "operations"));
      meters.events().accept(new CoordinatorEvent.PotentiallyStaleTenant("t" + id));
    }
    assertThat(shown("t100")).anyMatch(line -> line.startsWith("quorate_tenant_request_seconds"));
    assertThat(shown("t101"))
        .containsExactly("quorate_tenant_potentially_stale{tenant=\"t101\"} 1.0");
    assertThat(meters.scrape())
        .contains(
            "quorate_tenant_request_seconds_count{outcome=\"ok\",tenant=\"(others)\"} 1",
            "quorate_throttled_total{reason=\"operations\",tenant=\"t1\"} 1.0",
            "quorate_throttled_total{reason=\"operations\",tenant=\"others\"} 1.0");

    meters.follow(tenants(IntStream.of(101, 102)), Set.of());
    assertThat(shown("t1")).isEmpty();
    assertThat(shown("t100")).isEmpty();
    lane.served("t1", RequestKind.GET, null, RequestResult.OK, 1);
    lane.served("t102", RequestKind.GET, null, RequestResult.OK, 1);
    meters.events().accept(new AdmissionEvent.Throttled("t102", "operations"));
    assertThat(shown("t1")).isEmpty();
    assertThat(meters.scrape())
        .contains(
            "quorate_tenant_request_seconds_count{outcome=\"ok\",tenant=\"(others)\"} 2",
            "quorate_tenant_request_seconds_count{outcome=\"ok\",tenant=\"t102\"} 1",
            "quorate_throttled_total{reason=\"operations\",tenant=\"t102\"} 1.0");
  }

  /** Else it would be shown as down until this node is started again, and alerts would ring. */
  @Test
  void howANodeIsGoesWithIt() {
    NodeId stays = new NodeId(7);
    NodeId leaves = new NodeId(8);
    meters.follow(tenants(IntStream.of(1)), Set.of(stays, leaves));
    for (NodeId node : List.of(stays, leaves)) {
      meters.events().accept(new HealthEvent.Liveness(node, false));
      meters.events().accept(new CoordinatorEvent.BreakerOpened(node));
    }
    assertThat(shown(leaves.toString())).hasSize(3);

    meters.follow(tenants(IntStream.of(1)), Set.of(stays));
    meters.events().accept(new CoordinatorEvent.ReplicationLag(leaves, 20));
    assertThat(shown(leaves.toString())).isEmpty();
    assertThat(shown(stays.toString())).hasSize(3);

    NodeId comes = new NodeId(9);
    meters.follow(tenants(IntStream.of(1)), Set.of(stays, comes));
    meters.events().accept(new HealthEvent.NotLiveYet(comes));
    assertThat(meters.scrape()).contains("quorate_node_live{node=\"" + comes + "\"} 0.0");
  }

  /** As requests are counted by level, so that both can be compared; 0.1 had numbers like this. */
  @Test
  void levelsHaveOneSpelling() {
    meters.events().accept(new CoordinatorEvent.FailedFast(Level.LOCAL_QUORUM.in("eu")));
    meters.events().accept(new CoordinatorEvent.FailedFast(Level.LOCAL_QUORUM));
    meters.events().accept(new CoordinatorEvent.FailedFast(new Level.Count(3)));
    String series = "quorate_failed_fast_total{level=\"";
    assertThat(meters.scrape().lines().filter(line -> line.startsWith(series)))
        .containsExactlyInAnyOrder(series + "local_quorum\"} 2.0", series + "3\"} 1.0");
  }

  @Test
  void everyEventIsCounted() {
    meters.events().accept(new CoordinatorEvent.Restamped(false));
    meters.events().accept(new CoordinatorEvent.Restamped(true));
    meters.events().accept(new CoordinatorEvent.Restamped(true));
    meters.events().accept(new ReplicaEvent.StaleEpochRefused());
    meters.events().accept(new ReplicaEvent.ParkedForEpoch());
    meters.events().accept(new CoordinatorEvent.RepairedBeforeAnswering(2));
    meters.events().accept(new CoordinatorEvent.RepairedInBackground(1));
    meters.events().accept(new ReplicaEvent.BelowPromiseRefused());
    meters.events().accept(new ReplicaEvent.Dropped(120));
    meters.events().accept(new ReplicaEvent.Dropped(80));
    meters.events().accept(new CoordinatorEvent.Hedged());
    meters.events().accept(new CoordinatorEvent.FailedFast(Level.QUORUM));
    meters.events().accept(CoordinatorEvent.BehindSession.MINIMUM_SOUGHT);
    meters.events().accept(CoordinatorEvent.BehindSession.MINIMUM_SOUGHT);
    meters.events().accept(CoordinatorEvent.BehindSession.MINIMUM_NOT_FOUND);
    meters.events().accept(CoordinatorEvent.BehindSession.ESCALATED_BELOW_FLOOR);
    meters.events().accept(new RequestEvent.Overloaded("in_flight"));
    meters.events().accept(new RequestEvent.Expired(RequestEvent.Stage.WAITING));
    meters.events().accept(new AdmissionEvent.Throttled("fast", "operations"));
    meters.events().accept(new ReplicaEvent.ReadFailed("wrong checksum"));
    meters.events().accept(new ReplicaEvent.PartitionDamaged(3, "wrong checksum"));
    meters.events().accept(new RepairEvent.DamageKept(3));
    meters.events().accept(new ReplicaEvent.DamageDropped(3));
    meters.events().accept(new HealthEvent.ClockSkewed(-1500));
    meters.events().accept(new ReplicaEvent.VersionConflict(new NodeId(7), 1, true));
    meters.events().accept(new ReplicaEvent.StampRefused(new NodeId(7), -1, true));
    meters
        .events()
        .accept(
            new CoordinatorEvent.NotUnderstood(
                new NodeId(7), 33, CoordinatorEvent.Unclear.ITS_REQUEST));
    meters
        .events()
        .accept(
            new CoordinatorEvent.NotUnderstood(
                new NodeId(7), 2, CoordinatorEvent.Unclear.ITS_ANSWER));
    meters
        .events()
        .accept(
            new CoordinatorEvent.NotUnderstood(
                new NodeId(7), 1, CoordinatorEvent.Unclear.OWN_REQUEST));
    meters.events().accept(new TransportEvent.MessageDropped(DropReason.QUEUE_FULL));
    meters.events().accept(new TransportEvent.MessageDropped(DropReason.QUEUE_FULL));
    meters.events().accept(new HealthEvent.Liveness(new NodeId(7), true));
    meters.events().accept(new HealthEvent.Liveness(new NodeId(8), true));
    meters.events().accept(new HealthEvent.Liveness(new NodeId(8), false));
    meters.events().accept(new CoordinatorEvent.PotentiallyStaleTenant("fast"));
    meters.events().accept(new HintEvent.Hinted(new NodeId(7)));
    meters.events().accept(new HintEvent.HintDelivered(new NodeId(7)));
    meters.events().accept(new HintEvent.HintsOverflowed(new NodeId(7), 3));
    meters.events().accept(new RepairEvent.Compared(true, 6, 5, 700));
    meters.events().accept(new RepairEvent.Compared(false, 1, 1, 100));

    assertThat(meters.scrape().lines())
        .contains(
            "quorate_restamps_total{after_read=\"false\"} 1.0",
            "quorate_restamps_total{after_read=\"true\"} 2.0",
            "quorate_stale_epoch_total 1.0",
            "quorate_parked_total 1.0",
            "quorate_repairs_total{when=\"before_answer\"} 2.0",
            "quorate_repairs_total{when=\"background\"} 1.0",
            "quorate_purge_refused_total 1.0",
            "quorate_purge_records_total 2.0",
            "quorate_purge_bytes_total 200.0",
            "quorate_hedges_total 1.0",
            "quorate_failed_fast_total{level=\"quorum\"} 1.0",
            "quorate_reads_behind_session_total{least=\"version\"} 2.0",
            "quorate_reads_behind_session_total{least=\"floor\"} 1.0",
            "quorate_reads_in_vain_total 1.0",
            "quorate_overloaded_total{bound=\"in_flight\"} 1.0",
            "quorate_dropped_total{reason=\"expired_waiting\"} 1.0",
            "quorate_expired_total 1.0",
            "quorate_throttled_total{reason=\"operations\",tenant=\"fast\"} 1.0",
            "quorate_storage_failed_reads_total 1.0",
            "quorate_damaged_events_total{event=\"found\"} 1.0",
            "quorate_damaged_events_total{event=\"kept\"} 1.0",
            "quorate_damaged_events_total{event=\"refilled\"} 1.0",
            "quorate_damaged_events_total{event=\"readable_again\"} 0.0",
            "quorate_version_conflicts_total 1.0",
            "quorate_stamps_refused_total 1.0",
            "quorate_clock_skewed_total 1.0",
            "quorate_clock_skew_seconds -1.5",
            "quorate_dropped_total{reason=\"queue_full\"} 2.0",
            "quorate_not_understood_total{where=\"here\"} 2.0",
            "quorate_not_understood_total{where=\"there\"} 1.0",
            "quorate_node_live{node=\"0000000000000007\"} 1.0",
            "quorate_node_live{node=\"0000000000000008\"} 0.0",
            "quorate_tenant_potentially_stale{tenant=\"fast\"} 1.0",
            "quorate_hints_total{event=\"written\"} 1.0",
            "quorate_hints_total{event=\"delivered\"} 1.0",
            "quorate_hints_total{event=\"overflowed\"} 1.0",
            "quorate_hints_total{event=\"given_up\"} 0.0",
            "quorate_comparisons_total{complete=\"true\"} 1.0",
            "quorate_comparisons_total{complete=\"false\"} 1.0",
            "quorate_comparison_records_total 6.0",
            "quorate_comparison_bytes_total 800.0");
  }

  /** What is not known at one scrape must not be shown as it was at the one before. */
  @Test
  void readingsAreShownWhileTheyAreThere() {
    Gauge pool = Gauge.of("quorate.pool.bytes", "Bytes").by("memory");
    Counter errors = Counter.of("quorate.errors", "Errors");
    List<Reading> now = new ArrayList<>();
    meters.readings(List.of(pool, errors), () -> now);
    assertThat(meters.scrape()).doesNotContain("quorate_pool_bytes", "quorate_errors");
    now.add(Reading.of(pool, 12, "direct"));
    now.add(Reading.of(pool, 0.5, "heap"));
    now.add(Reading.of(errors, 3));
    assertThat(meters.scrape().lines())
        .contains(
            "# TYPE quorate_pool_bytes gauge",
            "# TYPE quorate_errors_total counter",
            "quorate_pool_bytes{memory=\"direct\"} 12.0",
            "quorate_pool_bytes{memory=\"heap\"} 0.5",
            "quorate_errors_total 3.0");
    now.clear();
    assertThat(meters.scrape()).doesNotContain("quorate_pool_bytes", "quorate_errors");
  }

  @Test
  void theDiskIsMeasured() {
    meters.storage().synced(200_000, 16, 4096);
    meters.storage().writesFailed(3);
    meters.storage().readFromCache();
    meters.storage().readFromDisk();
    meters.storage().readFromDisk();
    meters.storage().readFromCacheOrDisk();
    meters.storage().readFromCacheOrDisk();
    meters.storage().readFromCacheOrDisk();
    assertThat(meters.scrape().lines())
        .contains(
            "quorate_storage_sync_seconds_count 1",
            "quorate_storage_sync_seconds_bucket{le=\"1.0E-4\"} 0",
            "quorate_storage_sync_seconds_bucket{le=\"2.5E-4\"} 1",
            "quorate_storage_sync_writes_bucket{le=\"16.0\"} 1",
            "quorate_storage_written_bytes_total 4096.0",
            "quorate_storage_failed_writes_total 3.0",
            "quorate_storage_reads_total{from=\"cache\"} 1.0",
            "quorate_storage_reads_total{from=\"disk\"} 2.0",
            "quorate_storage_reads_total{from=\"cache_or_disk\"} 3.0");
  }

  @Test
  void gaugesAndTheProcessAreShown() {
    meters.gauge(Gauge.of("quorate.raft.term", "Current term"), () -> 12);
    assertThat(meters.scrape())
        .contains("quorate_raft_term 12.0", "jvm_memory_used_bytes", "process_cpu_usage")
        .contains("process_files_open_files");
  }
}
