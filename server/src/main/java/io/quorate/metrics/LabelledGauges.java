package io.quorate.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.quorate.event.Gauge;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Gauges of one name of which some come and go: there are as many as there are values when
 * Prometheus asks, and none is remembered.
 *
 * @param gauge by one label
 * @param values by the value of the label; asked for on the thread that serves the scrape
 */
record LabelledGauges(Gauge gauge, Supplier<Map<String, Double>> values) implements Collector {
  @Override
  public GaugeSnapshot collect() {
    String label = gauge.labels().get(0).name();
    GaugeSnapshot.Builder snapshot =
        GaugeSnapshot.builder().name(gauge.shownName()).help(gauge.help());
    values
        .get()
        .forEach(
            (of, value) ->
                snapshot.dataPoint(
                    GaugeDataPointSnapshot.builder()
                        .value(value)
                        .labels(Labels.of(label, of))
                        .build()));
    return snapshot.build();
  }
}
