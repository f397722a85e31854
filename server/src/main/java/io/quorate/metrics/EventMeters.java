package io.quorate.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.Gauge;
import io.quorate.event.Label;
import io.quorate.event.Meter;
import io.quorate.event.Tally;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Counts events in the meters that their declarations name; to be told on any thread. An event
 * costs a look-up of its meter, and one of its label's value if it has one.
 */
public final class EventMeters implements Consumer<Event> {
  private static final String TENANT = "tenant";

  /** Labels whose values are ids of nodes. */
  private static final Set<String> NODES = Set.of("node", "replica");

  /** By identity, since a declaration is one constant. Not changed after construction. */
  private final IdentityHashMap<Counter, CounterSeries> counters = new IdentityHashMap<>();

  private final IdentityHashMap<Gauge, GaugeSeries> gauges = new IdentityHashMap<>();

  private final Tally tally = new Counting();

  EventMeters(Collection<Meter> declared, MeterRegistry registry) {
    for (Meter meter : declared) {
      if (meter instanceof Counter counter) {
        counters.put(counter, new CounterSeries(counter, registry));
      } else if (meter instanceof Gauge gauge) {
        gauges.put(gauge, new GaugeSeries(gauge, registry));
      } else {
        throw new IllegalArgumentException("no event can be counted in " + meter);
      }
    }
    gauges.forEach(
        (gauge, series) -> {
          if (gauge.companion() != null) {
            series(gauge.companion()).showWith(series);
          }
        });
  }

  @Override
  public void accept(Event event) {
    event.count(tally);
  }

  /**
   * Removes the gauges of nodes that have left, and ignores late events about them. Removes the
   * gauges of tenants that are gone, and counters of those that are not among the oldest.
   *
   * @param oldest of the tenants; counters are shown of these alone
   * @param members ids of all nodes
   */
  void follow(Set<String> tenants, Set<String> oldest, Set<String> members) {
    counters.forEach(
        (counter, series) -> {
          if (isBy(Set.of(TENANT), counter.labels())) {
            series.retain(oldest);
          }
        });
    gauges.forEach(
        (gauge, series) -> {
          if (isBy(Set.of(TENANT), gauge.labels())) {
            series.retain(tenants);
          } else if (isBy(NODES, gauge.labels())) {
            series.showOnly(members);
          }
        });
  }

  private static boolean isBy(Set<String> names, List<Label> labels) {
    return !labels.isEmpty() && names.contains(labels.getFirst().name());
  }

  private CounterSeries series(Counter counter) {
    CounterSeries series = counters.get(counter);
    if (series == null) {
      throw undeclared(counter);
    }
    return series;
  }

  private GaugeSeries series(Gauge gauge) {
    GaugeSeries series = gauges.get(gauge);
    if (series == null) {
      throw undeclared(gauge);
    }
    return series;
  }

  private static IllegalArgumentException undeclared(Meter meter) {
    return new IllegalArgumentException(
        meter.name() + " is no public constant of a family of events");
  }

  private final class Counting implements Tally {
    @Override
    public void add(Counter counter, double amount) {
      series(counter).add(amount);
    }

    @Override
    public void add(Counter counter, double amount, Object label) {
      series(counter).add(amount, label);
    }

    @Override
    public void add(Counter counter, double amount, Object first, Object second) {
      series(counter).add(amount, first, second);
    }

    @Override
    public void set(Gauge gauge, double value) {
      series(gauge).set(value);
    }

    @Override
    public void set(Gauge gauge, double value, Object label) {
      series(gauge).set(value, label);
    }
  }
}
