package io.quorate.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Gauges of one name of which some come and go: there are as many as there are values when
 * Prometheus asks, and none is remembered.
 *
 * @param name as Prometheus has it
 * @param values by the value of the label; asked for on the thread that serves the scrape
 */
record LabelledGauges(String name, String help, String label, Supplier<Map<String, Double>> values)
    implements Collector {
  @Override
  public GaugeSnapshot collect() {
    GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder().name(name).help(help);
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
