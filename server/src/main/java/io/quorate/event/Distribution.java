package io.quorate.event;

import java.util.List;

/**
 * How large something was, as a histogram.
 *
 * @param bounds of its buckets, from low to high
 */
public record Distribution(String name, String help, List<Double> bounds) implements Meter {
  public Distribution {
    Names.check(name, help);
    bounds = List.copyOf(bounds);
  }

  @Override
  public List<Label> labels() {
    return List.of();
  }
}
