package io.quorate.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.quorate.event.Counter;
import io.quorate.event.Label;
import io.quorate.event.Meter;
import java.util.List;
import java.util.function.Supplier;

/**
 * Meters that are read together when Prometheus asks, at one moment. A series that was not read is
 * not shown.
 *
 * @param now called on the thread that serves the scrape
 */
record Readings(List<Meter> meters, Supplier<List<Reading>> now) implements MultiCollector {
  /** Ends the names of meters whose labels say something, and whose value is always 1. */
  private static final String INFO = ".info";

  Readings {
    meters = List.copyOf(meters);
  }

  @Override
  public MetricSnapshots collect() {
    List<Reading> all = now.get();
    MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
    for (Meter meter : meters) {
      snapshots.metricSnapshot(
          snapshot(meter, all.stream().filter(each -> each.meter().equals(meter)).toList()));
    }
    return snapshots.build();
  }

  private static MetricSnapshot snapshot(Meter meter, List<Reading> series) {
    if (meter instanceof Counter) {
      CounterSnapshot.Builder counter =
          CounterSnapshot.builder().name(meter.name().replace('.', '_')).help(meter.help());
      series.forEach(
          each ->
              counter.dataPoint(
                  CounterDataPointSnapshot.builder()
                      .value(each.value())
                      .labels(labels(each))
                      .build()));
      return counter.build();
    }
    if (meter.name().endsWith(INFO)) {
      InfoSnapshot.Builder info =
          InfoSnapshot.builder()
              .name(meter.shownName().substring(0, meter.shownName().length() - INFO.length()))
              .help(meter.help());
      series.forEach(
          each -> info.dataPoint(InfoDataPointSnapshot.builder().labels(labels(each)).build()));
      return info.build();
    }
    GaugeSnapshot.Builder gauge =
        GaugeSnapshot.builder().name(meter.shownName()).help(meter.help());
    series.forEach(
        each ->
            gauge.dataPoint(
                GaugeDataPointSnapshot.builder().value(each.value()).labels(labels(each)).build()));
    return gauge.build();
  }

  private static Labels labels(Reading reading) {
    return Labels.of(reading.meter().labels().stream().map(Label::name).toList(), reading.labels());
  }
}
