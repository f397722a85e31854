package io.quorate.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.quorate.event.Label;
import io.quorate.event.Timer;
import io.quorate.placement.Tenant;
import io.quorate.transport.event.RequestResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code quorate_tenant_request_seconds{tenant,outcome}}, as {@link RequestMeters} does it.
 *
 * <p>Names of tenants come from clients, and tenants come and go: so a tenant has a series of its
 * own from its first request on that went well, if it is one of the {@link #TENANTS_MAX} oldest, on
 * all nodes alike. All others are shown together.
 */
final class TenantMeters implements Collector {
  static final int TENANTS_MAX = 100;

  /** No tenant can have this name. */
  static final String OTHERS = "(others)";

  /** What it was to the client. */
  enum Ended {
    /** Also if a condition did not hold, which is an answer. */
    OK,
    /** For a reason that lies with the request, or with how much its tenant asks for. */
    REFUSED,
    /** For a reason that lies with the cluster. */
    FAILED
  }

  private static final Ended[] ENDS = Ended.values();

  static final Timer REQUESTS =
      Timer.of(
              "quorate.tenant.request",
              "Time from the arrival of a client's request to its answer, by tenant: the 100"
                  + " oldest, and all others together as (others). Outcome: ok; refused, for the"
                  + " request's own reasons or beyond the tenant's quota; failed, for the"
                  + " cluster's",
              LatencyCell.bounds())
          .by("tenant")
          .by("outcome", (Object[]) ENDS);

  private final List<LaneCells> lanes = new CopyOnWriteArrayList<>();

  /** Those that may have a series of their own; null before any is known: all may. */
  private volatile @Nullable Set<String> own;

  /** The cells of one lane; to be written on that lane only. */
  LaneCells forLane() {
    LaneCells lane = new LaneCells();
    lanes.add(lane);
    return lane;
  }

  /** Shows these tenants by themselves, and forgets all others; to be told on one thread. */
  void follow(Set<String> tenants) {
    own = tenants;
    lanes.forEach(lane -> lane.byTenant.keySet().retainAll(tenants));
  }

  private boolean hasOwn(String tenant) {
    Set<String> known = own;
    return known == null || known.contains(tenant);
  }

  final class LaneCells {
    private final Map<String, TenantCells> byTenant = new ConcurrentHashMap<>();
    private final TenantCells others = new TenantCells();

    void served(String tenant, RequestResult result, long nanos) {
      Ended ended = ended(result);
      cells(tenant.isEmpty() ? Tenant.DEFAULT_NAME : tenant, ended).record(ended, nanos);
    }

    private TenantCells cells(String tenant, Ended ended) {
      TenantCells known = byTenant.get(tenant);
      if (known != null) {
        return known;
      }
      if (ended != Ended.OK || byTenant.size() >= TENANTS_MAX || !hasOwn(tenant)) {
        return others;
      }
      TenantCells begun = new TenantCells();
      byTenant.put(tenant, begun);
      return begun;
    }

    private @Nullable TenantCells shown(String tenant) {
      return tenant.equals(OTHERS) ? others : byTenant.get(tenant);
    }
  }

  @SuppressWarnings("EnumOrdinal") // an index that never leaves this process
  private static final class TenantCells {
    private final AtomicReferenceArray<@Nullable LatencyCell> cells =
        new AtomicReferenceArray<>(ENDS.length);

    void record(Ended ended, long nanos) {
      LatencyCell cell = cells.getPlain(ended.ordinal());
      if (cell == null) {
        cell = new LatencyCell();
        cells.set(ended.ordinal(), cell);
      }
      cell.record(nanos);
    }

    @Nullable LatencyCell cell(Ended ended) {
      return cells.get(ended.ordinal());
    }
  }

  private static Ended ended(RequestResult result) {
    return switch (result) {
      case OK, CONDITION_FAILED -> Ended.OK;
      case INVALID,
          UNKNOWN_TENANT,
          STAMP_TOO_LOW,
          TOO_MANY_SIBLINGS,
          KEY_TOO_LARGE,
          THROTTLED,
          FENCED,
          PERMISSION_DENIED,
          UNAUTHENTICATED ->
          Ended.REFUSED;
      case UNAVAILABLE, DEADLINE_EXCEEDED, OVERLOADED, NOT_SERVING, INTERNAL, OUTCOME_UNKNOWN ->
          Ended.FAILED;
    };
  }

  @Override
  public HistogramSnapshot collect() {
    HistogramSnapshot.Builder snapshot =
        HistogramSnapshot.builder().name(REQUESTS.shownName()).help(REQUESTS.help());
    TreeSet<String> tenants = new TreeSet<>(List.of(OTHERS));
    lanes.forEach(lane -> tenants.addAll(lane.byTenant.keySet()));
    tenants.removeIf(tenant -> !tenant.equals(OTHERS) && !hasOwn(tenant));
    for (String tenant : tenants) {
      for (Ended ended : ENDS) {
        HistogramDataPointSnapshot point = point(tenant, ended);
        if (point != null) {
          snapshot.dataPoint(point);
        }
      }
    }
    return snapshot.build();
  }

  private @Nullable HistogramDataPointSnapshot point(String tenant, Ended ended) {
    List<LatencyCell> cells =
        lanes.stream()
            .map(lane -> lane.shown(tenant))
            .map(shown -> shown == null ? null : shown.cell(ended))
            .filter(cell -> cell != null)
            .toList();
    if (cells.isEmpty()) {
      return null;
    }
    long[] counts = new long[LatencyCell.BUCKETS];
    cells.forEach(cell -> cell.addCountsTo(counts));
    HistogramDataPointSnapshot.Builder point =
        HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(
                ClassicHistogramBuckets.of(LatencyCell.boundsSeconds(), counts));
    point.sum(cells.stream().mapToDouble(LatencyCell::sumSeconds).sum());
    point.labels(Labels.of("tenant", tenant, "outcome", Label.text(ended)));
    return point.build();
  }
}
