package io.quorate.metrics;

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
import io.quorate.event.Event;
import io.quorate.event.Gauge;
import io.quorate.event.Meter;
import io.quorate.model.NodeId;
import io.quorate.placement.Tenants;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** All meters of one node, with those of its process. */
public final class Meters implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final TenantMeters tenants = new TenantMeters();
  private final RequestMeters requests = new RequestMeters(tenants);
  private final Declared declared = new Declared(registry);
  private final StorageMeters storage = new StorageMeters(declared);
  private final EventMeters events;

  /**
   * Meters for events of these families.
   *
   * @param families sealed interfaces and enums whose public constants are the meters of their
   *     events
   */
  public Meters(List<Class<? extends Event>> families) {
    events = new EventMeters(declared.addConstantsOf(families), registry);
    declared.add(RequestMeters.REQUESTS);
    registry.getPrometheusRegistry().register(requests);
    declared.add(TenantMeters.REQUESTS);
    registry.getPrometheusRegistry().register(tenants);
    new JvmMemoryMetrics().bindTo(registry);
    garbageCollection.bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new JvmInfoMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /**
   * Learns which tenants and nodes there are: what is shown by tenant goes with its tenant, and
   * gauges by node go with their node.
   */
  public void follow(Tenants now, Set<NodeId> members) {
    Set<String> oldest = now.oldest(TenantMeters.TENANTS_MAX);
    tenants.follow(oldest);
    events.follow(
        now.keySet(),
        oldest,
        members.stream().map(NodeId::toString).collect(Collectors.toUnmodifiableSet()));
  }

  public RequestMeters requests() {
    return requests;
  }

  /** Counts what happens in the node; to be told on any thread. */
  public EventMeters events() {
    return events;
  }

  public StorageMeters storage() {
    return storage;
  }

  /**
   * Adds a gauge, or one series of it, that is read when Prometheus asks.
   *
   * @param value called on the thread that serves the scrape
   * @param labels one value for each of its labels
   */
  public void gauge(Gauge gauge, DoubleSupplier value, String... labels) {
    declared.gauge(gauge, value, labels);
  }

  /**
   * Adds a gauge whose series come and go.
   *
   * @param values by the value of its one label; called on the thread that serves the scrape
   */
  public void gauges(Gauge gauge, Supplier<Map<String, Double>> values) {
    declared.add(gauge);
    registry.getPrometheusRegistry().register(new LabelledGauges(gauge, values));
  }

  /**
   * Adds meters that are read together, at one moment.
   *
   * @param meters gauges and counters
   * @param now called on the thread that serves the scrape; a series that it does not have is not
   *     shown
   */
  public void readings(List<Meter> meters, Supplier<List<Reading>> now) {
    meters.forEach(declared::add);
    registry.getPrometheusRegistry().register(new Readings(meters, now));
  }

  /** The declarations of all that was added, by name; those of the process are not among them. */
  public List<Meter> declared() {
    return declared.all();
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
