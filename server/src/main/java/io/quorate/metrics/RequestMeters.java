package io.quorate.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.quorate.event.Label;
import io.quorate.event.Timer;
import io.quorate.placement.Level;
import io.quorate.transport.event.RequestKind;
import io.quorate.transport.event.RequestListener;
import io.quorate.transport.event.RequestResult;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code quorate_request_seconds{op,level,outcome}}. Each lane writes to cells of its own without
 * any contention, found by index; a scrape adds them up. Micrometer's timers cost many times as
 * much, and this is on the way of every request.
 */
public final class RequestMeters implements Collector {
  private static final String[] LEVELS = {
    "default", "one", "two", "quorum", "all", "local_one", "local_quorum", "each_quorum", "count"
  };
  private static final int COUNT_LEVEL = LEVELS.length - 1;
  private static final RequestKind[] KINDS = RequestKind.values();
  private static final RequestResult[] RESULTS = RequestResult.values();

  static final Timer REQUESTS =
      Timer.of(
              "quorate.request",
              "Time from the arrival of a client's request to its answer",
              LatencyCell.bounds())
          .by("op", (Object[]) KINDS)
          .by("level", (Object[]) LEVELS)
          .by("outcome", (Object[]) RESULTS);

  private static final int CELLS = KINDS.length * LEVELS.length * RESULTS.length;

  private final List<LaneCells> lanes = new CopyOnWriteArrayList<>();
  private final TenantMeters tenants;

  /**
   * @param tenants told the same
   */
  RequestMeters(TenantMeters tenants) {
    this.tenants = tenants;
  }

  /** A listener for one lane; to be called on that lane only. */
  public RequestListener forLane() {
    LaneCells lane = new LaneCells(tenants.forLane());
    lanes.add(lane);
    return lane;
  }

  @SuppressWarnings("EnumOrdinal") // an index that never leaves this process
  private static int index(RequestKind kind, int level, RequestResult result) {
    return (kind.ordinal() * LEVELS.length + level) * RESULTS.length + result.ordinal();
  }

  @SuppressWarnings("EnumOrdinal") // as above
  private static int levelIndex(@Nullable Level level) {
    return switch (level) {
      case null -> 0;
      case Level.Named named -> 1 + named.ordinal();
      case Level.InRegion in -> 1 + in.local().ordinal();
      case Level.Count count -> COUNT_LEVEL;
    };
  }

  private static final class LaneCells implements RequestListener {
    private final AtomicReferenceArray<@Nullable LatencyCell> cells =
        new AtomicReferenceArray<>(CELLS);

    private final TenantMeters.LaneCells tenants;

    LaneCells(TenantMeters.LaneCells tenants) {
      this.tenants = tenants;
    }

    @Override
    public void served(
        String tenant, RequestKind kind, @Nullable Level level, RequestResult result, long nanos) {
      tenants.served(tenant, result, nanos);
      int index = index(kind, levelIndex(level), result);
      LatencyCell cell = cells.getPlain(index);
      if (cell == null) {
        cell = new LatencyCell();
        cells.set(index, cell);
      }
      cell.record(nanos);
    }
  }

  @Override
  public HistogramSnapshot collect() {
    HistogramSnapshot.Builder snapshot =
        HistogramSnapshot.builder().name(REQUESTS.shownName()).help(REQUESTS.help());
    for (RequestKind kind : KINDS) {
      for (int level = 0; level < LEVELS.length; level++) {
        for (RequestResult result : RESULTS) {
          HistogramDataPointSnapshot point = point(kind, level, result);
          if (point != null) {
            snapshot.dataPoint(point);
          }
        }
      }
    }
    return snapshot.build();
  }

  private @Nullable HistogramDataPointSnapshot point(
      RequestKind kind, int level, RequestResult result) {
    long[] counts = new long[LatencyCell.BUCKETS];
    double sumSeconds = 0;
    boolean any = false;
    for (LaneCells lane : lanes) {
      LatencyCell cell = lane.cells.get(index(kind, level, result));
      if (cell != null) {
        any = true;
        cell.addCountsTo(counts);
        sumSeconds += cell.sumSeconds();
      }
    }
    if (!any) {
      return null;
    }
    Labels labels =
        Labels.of("op", Label.text(kind), "level", LEVELS[level], "outcome", Label.text(result));
    HistogramDataPointSnapshot.Builder point =
        HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(
                ClassicHistogramBuckets.of(LatencyCell.boundsSeconds(), counts));
    point.sum(sumSeconds);
    point.labels(labels);
    return point.build();
  }
}
