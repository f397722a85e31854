package io.quorate.event;

import java.time.Duration;
import java.util.List;

/**
 * How long something took, as a histogram.
 *
 * @param bounds of its buckets, from low to high
 */
public record Timer(String name, String help, List<Label> labels, List<Duration> bounds)
    implements Meter {
  public Timer {
    Names.check(name, help);
    labels = List.copyOf(labels);
    bounds = List.copyOf(bounds);
  }

  public static Timer of(String name, String help, List<Duration> bounds) {
    return new Timer(name, help, List.of(), bounds);
  }

  /**
   * Adds a label.
   *
   * @param values see {@link Label#values}
   */
  public Timer by(String label, Object... values) {
    return new Timer(name, help, Label.with(labels, new Label(label, Label.texts(values))), bounds);
  }
}
