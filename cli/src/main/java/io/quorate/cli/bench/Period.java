package io.quorate.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Seconds on end in which the topology rested, or changed, and what clients saw in them.
 *
 * @param nodes that owned partitions when it began
 * @param after nodes that did, or were to, when it ended
 * @param seconds at least one
 */
record Period(int nodes, int after, boolean changing, List<Window.Second> seconds) {
  Period {
    seconds = List.copyOf(seconds);
  }

  /**
   * Takes a window apart.
   *
   * @param topology how it was in each second; empty if that is not known, and then so is this
   */
  static List<Period> of(List<Topology> topology, List<Window.Second> seconds) {
    List<Period> periods = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= topology.size(); to++) {
      if (to == topology.size() || !continues(topology.get(from), topology.get(to))) {
        periods.add(
            new Period(
                topology.get(from).nodes(),
                topology.get(to - 1).becoming(),
                topology.get(from).changing(),
                seconds.subList(from, to)));
        from = to;
      }
    }
    return periods;
  }

  /** Changes that follow each other without a rest are felt as one. */
  private static boolean continues(Topology first, Topology next) {
    return first.changing() == next.changing()
        && (first.changing() || first.nodes() == next.nodes());
  }

  double operationsPerSecond() {
    return seconds.stream().mapToLong(Window.Second::operations).average().orElseThrow();
  }

  /** The median of the 99th percentiles of its seconds: one bad second does not make a period. */
  double p99Millis() {
    double[] sorted = p99s().sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The 99th percentile of its worst second. */
  double worstP99Millis() {
    return p99s().max().orElseThrow();
  }

  private DoubleStream p99s() {
    return seconds.stream().mapToDouble(each -> each.p99Nanos() / 1e6);
  }

  /**
   * How many times as high as at rest its p99 is. Rest is the mean of what comes before and after,
   * so that it matters less how a machine's speed drifts, and that a cluster is another one when it
   * has changed.
   *
   * @param index of the period; empty if that is at rest itself, or none at rest is beside it
   */
  static OptionalDouble timesRest(List<Period> periods, int index) {
    if (!periods.get(index).changing()) {
      return OptionalDouble.empty();
    }
    OptionalDouble rest =
        IntStream.of(index - 1, index + 1)
            .filter(beside -> beside >= 0 && beside < periods.size())
            .mapToDouble(beside -> periods.get(beside).p99Millis())
            .average();
    return rest.isPresent()
        ? OptionalDouble.of(periods.get(index).p99Millis() / rest.getAsDouble())
        : rest;
  }
}
