package io.quorate.metrics;

import io.quorate.event.Meter;
import java.util.List;

/**
 * What one series of a meter shows at one moment.
 *
 * @param meter a gauge or a counter
 * @param labels one value for each of its labels
 */
public record Reading(Meter meter, List<String> labels, double value) {
  public Reading {
    labels = List.copyOf(labels);
    if (labels.size() != meter.labels().size()) {
      throw new IllegalArgumentException(meter.name() + " has labels " + meter.labels());
    }
  }

  public static Reading of(Meter meter, long value, String... labels) {
    return of(meter, (double) value, labels);
  }

  public static Reading of(Meter meter, double value, String... labels) {
    return new Reading(meter, List.of(labels), value);
  }
}
