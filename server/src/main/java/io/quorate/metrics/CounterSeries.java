package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quorate.event.Label;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The series of one counter: one if it has no label, else one for each value that was met. */
final class CounterSeries {
  private final io.quorate.event.Counter declared;
  private final MeterRegistry registry;
  private final @Nullable Counter unlabelled;

  /** By what events gave as label; several keys may stand for one series. */
  private final Map<Object, Counter> byLabels = new ConcurrentHashMap<>();

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

  void add(double amount) {
    if (unlabelled == null) {
      throw new IllegalArgumentException(declared.name() + " has labels");
    }
    unlabelled.increment(amount);
  }

  void add(double amount, Object label) {
    Counter counter = byLabels.get(label);
    if (counter == null) {
      Object shown =
          byLabels.size() < declared.seriesMax() ? label : io.quorate.event.Counter.OTHERS;
      counter = byLabels.computeIfAbsent(shown, this::registerBy);
    }
    counter.increment(amount);
  }

  void add(double amount, Object first, Object second) {
    Pair labels = new Pair(first, second);
    Counter counter = byLabels.get(labels);
    if (counter == null) {
      Pair shown =
          byLabels.size() < declared.seriesMax()
              ? labels
              : new Pair(io.quorate.event.Counter.OTHERS, second);
      counter = byLabels.computeIfAbsent(shown, key -> registerBy(shown));
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
