package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quorate.event.Label;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The series of one counter: one if it has no label, else one for each value that was met. */
final class CounterSeries {
  private final io.quorate.event.Counter declared;
  private final MeterRegistry registry;
  private final @Nullable Counter unlabelled;

  /** By what events gave as label; several keys may stand for one series. */
  private final Map<Object, Counter> byLabels = new ConcurrentHashMap<>();

  /** Values of the first label that may have a series; null: all may. */
  private volatile @Nullable Set<String> shown;

  private record Pair(Object first, Object second) {}

  CounterSeries(io.quorate.event.Counter declared, MeterRegistry registry) {
    this.declared = declared;
    this.registry = registry;
    List<Label> labels = declared.labels();
    this.unlabelled = labels.isEmpty() ? register(Tags.empty()) : null;
    if (labels.size() == 1) {
      labels.get(0).values().forEach(this::registerBy);
    }
  }

  /** Shows only these values of the first label from now on; all others count as others. */
  void retain(Set<String> values) {
    shown = values;
    byLabels.forEach(
        (labels, counter) -> {
          Object first = labels instanceof Pair pair ? pair.first() : labels;
          if (!first.equals(io.quorate.event.Counter.OTHERS) && !values.contains(first)) {
            byLabels.remove(labels);
            registry.remove(counter);
          }
        });
  }

  /** Whether there may be one more series, for this value of the first label. */
  private boolean isRoomFor(Object first) {
    Set<String> values = shown;
    return byLabels.size() < declared.seriesMax() && (values == null || values.contains(first));
  }

  void add(double amount) {
    if (unlabelled == null) {
      throw new IllegalArgumentException(declared.name() + " has labels");
    }
    unlabelled.increment(amount);
  }

  void add(double amount, Object label) {
    Counter counter = byLabels.get(label);
    if (counter == null) {
      Object counted = isRoomFor(label) ? label : io.quorate.event.Counter.OTHERS;
      counter = byLabels.computeIfAbsent(counted, this::registerBy);
    }
    counter.increment(amount);
  }

  void add(double amount, Object first, Object second) {
    Pair labels = new Pair(first, second);
    Counter counter = byLabels.get(labels);
    if (counter == null) {
      Pair counted = isRoomFor(first) ? labels : new Pair(io.quorate.event.Counter.OTHERS, second);
      counter = byLabels.computeIfAbsent(counted, key -> registerBy(counted));
    }
    counter.increment(amount);
  }

  private Counter registerBy(Object label) {
    return register(Tags.of(declared.labels().get(0).name(), Label.text(label)));
  }

  private Counter registerBy(Pair labels) {
    return register(
        Tags.of(
            declared.labels().get(0).name(),
            Label.text(labels.first()),
            declared.labels().get(1).name(),
            Label.text(labels.second())));
  }

  private Counter register(Tags tags) {
    return Counter.builder(declared.name())
        .description(declared.help())
        .tags(tags)
        .register(registry);
  }
}
