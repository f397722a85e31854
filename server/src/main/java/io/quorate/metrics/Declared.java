package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.quorate.event.Distribution;
import io.quorate.event.Event;
import io.quorate.event.Label;
import io.quorate.event.Meter;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * The meters of one node as they were declared. Nothing is registered under a name that was not
 * declared, so that a list of them is complete.
 */
final class Declared {
  private final MeterRegistry registry;
  private final SortedMap<String, Meter> byName = new TreeMap<>();

  Declared(MeterRegistry registry) {
    this.registry = registry;
  }

  /** By name. */
  List<Meter> all() {
    return List.copyOf(byName.values());
  }

  /** Adds the constants of interfaces and enums of events, and returns them. */
  List<Meter> addConstantsOf(List<Class<? extends Event>> families) {
    List<Meter> constants = new ArrayList<>();
    for (Class<? extends Event> family : families) {
      for (Field field : family.getFields()) {
        if (Meter.class.isAssignableFrom(field.getType()) && field.getDeclaringClass() == family) {
          constants.add(constant(field));
        }
      }
    }
    constants.forEach(this::add);
    return constants;
  }

  private static Meter constant(Field field) {
    try {
      return (Meter) field.get(null);
    } catch (IllegalAccessException notPublic) {
      throw new IllegalStateException("a meter that cannot be read: " + field, notPublic);
    }
  }

  /**
   * Adds a declaration.
   *
   * @throws IllegalArgumentException if another meter is declared under its name
   */
  void add(Meter meter) {
    Meter before = byName.putIfAbsent(meter.name(), meter);
    if (before != null && !before.equals(meter)) {
      throw new IllegalArgumentException("two meters are called " + meter.name());
    }
  }

  Counter counter(io.quorate.event.Counter counter, String... values) {
    add(counter);
    return Counter.builder(counter.name())
        .description(counter.help())
        .tags(tags(counter, values))
        .register(registry);
  }

  Timer timer(io.quorate.event.Timer timer) {
    add(timer);
    return Timer.builder(timer.name())
        .description(timer.help())
        .serviceLevelObjectives(timer.bounds().toArray(Duration[]::new))
        .register(registry);
  }

  DistributionSummary distribution(Distribution distribution) {
    add(distribution);
    return DistributionSummary.builder(distribution.name())
        .description(distribution.help())
        .serviceLevelObjectives(
            distribution.bounds().stream().mapToDouble(Double::doubleValue).toArray())
        .register(registry);
  }

  void gauge(io.quorate.event.Gauge gauge, DoubleSupplier value, String... values) {
    add(gauge);
    Gauge.builder(gauge.name(), value::getAsDouble)
        .description(gauge.help())
        .tags(tags(gauge, values))
        .register(registry);
  }

  private static Tags tags(Meter meter, String... values) {
    List<Label> labels = meter.labels();
    if (labels.size() != values.length) {
      throw new IllegalArgumentException(meter.name() + " has labels " + labels);
    }
    Tags tags = Tags.empty();
    for (int i = 0; i < values.length; i++) {
      tags = tags.and(labels.get(i).name(), values[i]);
    }
    return tags;
  }
}
