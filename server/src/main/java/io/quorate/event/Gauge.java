package io.quorate.event;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A number that goes up and down: what was set last, or what is read when Prometheus asks.
 *
 * @param companion null, or a gauge by a label of the same values: this one shows 0 for each value
 *     that its companion shows, until it is set itself
 */
public record Gauge(String name, String help, List<Label> labels, @Nullable Gauge companion)
    implements Meter {
  public Gauge {
    Names.check(name, help);
    labels = List.copyOf(labels);
  }

  public static Gauge of(String name, String help) {
    return new Gauge(name, help, List.of(), null);
  }

  /**
   * Adds a label.
   *
   * @param values see {@link Label#values}
   */
  public Gauge by(String label, Object... values) {
    return new Gauge(
        name, help, Label.with(labels, new Label(label, Label.texts(values))), companion);
  }

  public Gauge shownWith(Gauge other) {
    return new Gauge(name, help, labels, other);
  }
}
