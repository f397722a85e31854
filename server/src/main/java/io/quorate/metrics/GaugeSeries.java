package io.quorate.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quorate.event.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The series of one gauge that events set: one if it has no label, else one for each value met. */
final class GaugeSeries {
  private final io.quorate.event.Gauge declared;
  private final MeterRegistry registry;
  private final @Nullable Shown unlabelled;
  private final Map<Object, Shown> byLabel = new ConcurrentHashMap<>();

  /** Values of the label that may have a series; null: all may. */
  private volatile @Nullable Set<String> only;

  /** Those that show a series for each label's value of this one. Not changed once told events. */
  private final List<GaugeSeries> companions = new ArrayList<>();

  /** What Prometheus is shown. */
  private static final class Shown {
    private volatile double value;
    private @Nullable Gauge meter;
  }

  GaugeSeries(io.quorate.event.Gauge declared, MeterRegistry registry) {
    this.declared = declared;
    this.registry = registry;
    this.unlabelled = declared.labels().isEmpty() ? register(Tags.empty()) : null;
  }

  void showWith(GaugeSeries companion) {
    companions.add(companion);
  }

  void set(double value) {
    if (unlabelled == null) {
      throw new IllegalArgumentException(declared.name() + " has labels");
    }
    unlabelled.value = value;
  }

  void set(double value, Object label) {
    Shown shown = byLabel.get(label);
    if (shown == null && mayShow(label)) {
      shown = shown(label);
    }
    if (shown != null) {
      shown.value = value;
    }
  }

  private boolean mayShow(Object label) {
    Set<String> values = only;
    return values == null || values.contains(Label.text(label));
  }

  /** Forgets all values of the label but these, and shows no others from now on. */
  void showOnly(Set<String> values) {
    only = values;
    retain(values);
  }

  /** Forgets all values of the label but these. */
  void retain(Set<String> values) {
    byLabel.forEach(
        (label, shown) -> {
          if (!values.contains(Label.text(label)) && shown.meter != null) {
            byLabel.remove(label);
            registry.remove(shown.meter);
          }
        });
  }

  private Shown shown(Object label) {
    Shown shown = byLabel.get(label);
    return shown == null ? byLabel.computeIfAbsent(label, this::begin) : shown;
  }

  private Shown begin(Object label) {
    for (GaugeSeries companion : companions) {
      companion.shown(label);
    }
    return register(Tags.of(declared.labels().get(0).name(), Label.text(label)));
  }

  private Shown register(Tags tags) {
    Shown shown = new Shown();
    shown.meter =
        Gauge.builder(declared.name(), () -> shown.value)
            .description(declared.help())
            .tags(tags)
            .register(registry);
    return shown;
  }
}
