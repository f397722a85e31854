package io.quorate.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** All meters of one node, with those of its process. */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final RequestMeters requests = new RequestMeters();
  private final FactMeters facts = new FactMeters(registry);
  private final StorageMeters storage = new StorageMeters(registry);

  public Meters() {
    registry.getPrometheusRegistry().register(requests);
    new JvmMemoryMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  public RequestMeters requests() {
    return requests;
  }

  /** Counts what happens in the data plane; to be told on any thread. */
  public FactMeters facts() {
    return facts;
  }

  public StorageMeters storage() {
    return storage;
  }

  /**
   * Adds a meter that is read when Prometheus asks.
   *
   * @param name in words joined by dots, with the unit last: {@code quorate.raft.term}
   * @param value called on the thread that serves the scrape
   */
  public void gauge(String name, String help, DoubleSupplier value, String... tags) {
    Gauge.builder(name, value::getAsDouble).description(help).tags(tags).register(registry);
  }

  /**
   * Adds gauges that come and go.
   *
   * @param name as Prometheus has it: {@code quorate_hints_owed}
   * @param values by the value of the label; called on the thread that serves the scrape
   */
  public void gauges(String name, String help, String label, Supplier<Map<String, Double>> values) {
    registry.getPrometheusRegistry().register(new LabelledGauges(name, help, label, values));
  }

  /** For counters and timers of rooms that publish no facts. */
  public MeterRegistry registry() {
    return registry;
  }

  /** All meters in Prometheus' text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollection.close();
    registry.close();
  }
}
