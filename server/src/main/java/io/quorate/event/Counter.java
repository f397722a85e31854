package io.quorate.event;

import java.util.List;

/**
 * A number that only grows while a node runs.
 *
 * @param seriesMax with this many series, further values of the first label are counted as {@link
 *     #OTHERS}: each series costs memory, here and in Prometheus
 */
public record Counter(String name, String help, List<Label> labels, int seriesMax)
    implements Meter {
  public static final String OTHERS = "others";

  public Counter {
    Names.check(name, help);
    labels = List.copyOf(labels);
  }

  public static Counter of(String name, String help) {
    return new Counter(name, help, List.of(), Integer.MAX_VALUE);
  }

  /**
   * Adds a label.
   *
   * @param values see {@link Label#values}
   */
  public Counter by(String label, Object... values) {
    return new Counter(
        name, help, Label.with(labels, new Label(label, Label.texts(values))), seriesMax);
  }

  public Counter atMost(int series) {
    return new Counter(name, help, labels, series);
  }
}
