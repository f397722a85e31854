package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.placement.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * What requests at each level wait for between regions a and b with 40 ms there and back, a and c
 * with 80, and b and c with 200. With {@code -Dquorate.region.requests=200} it prints the table of
 * docs/operations/regions.md; fewer requests show the same medians.
 */
class RegionLatencyTest {
  private static final int REQUESTS = Integer.getInteger("quorate.region.requests", 40);
  private static final List<Level> LEVELS =
      List.of(Level.LOCAL_QUORUM, Level.QUORUM, Level.EACH_QUORUM);

  /** By the region of the client: what the majority of all is away, and the other two regions. */
  private static final SortedMap<String, List<Integer>> MILLIS =
      new TreeMap<>(
          Map.of("a", List.of(0, 40, 80), "b", List.of(0, 40, 200), "c", List.of(0, 80, 200)));

  private final StringBuilder table =
      new StringBuilder("| client in | request | LOCAL_QUORUM | QUORUM | EACH_QUORUM |\n");

  @Test
  void aLevelTakesAsLongAsTheRegionsThatItWaitsFor() {
    RegionalCluster nodes = RegionalCluster.ready(21);
    MILLIS.forEach(
        (region, millis) -> {
          row(region, "write", millis, level -> nodes.putLatency(region, "key", level));
          row(region, "read", millis, level -> nodes.getLatency(region, "key", level));
        });
    System.out.println(table);
    assertThat(nodes.wrong()).isEmpty();
  }

  private void row(String region, String request, List<Integer> millis, Measured measured) {
    table.append("| %s | %s |".formatted(region, request));
    for (Level level : LEVELS) {
      List<Duration> all = latencies(() -> measured.at(level));
      Duration median = all.get(REQUESTS / 2);
      Duration late = all.get(REQUESTS * 99 / 100);
      table.append(" %s, %s |".formatted(text(median), text(late)));
      assertThat(median)
          .as("%s in %s at %s", request, region, level)
          .isBetween(
              Duration.ofMillis(millis.get(LEVELS.indexOf(level)) * 9L / 10),
              Duration.ofMillis(millis.get(LEVELS.indexOf(level)) * 5L / 4 + 10));
    }
    table.append('\n');
  }

  /** One request at a level. */
  @FunctionalInterface
  private interface Measured {
    Duration at(Level level);
  }

  private static List<Duration> latencies(Supplier<Duration> request) {
    List<Duration> all = new ArrayList<>();
    for (int i = 0; i < REQUESTS; i++) {
      all.add(request.get());
    }
    Collections.sort(all);
    return all;
  }

  private static String text(Duration duration) {
    double millis = duration.toNanos() / 1e6;
    return millis < 10 ? String.format(Locale.ROOT, "%.1f ms", millis) : Math.round(millis) + " ms";
  }
}
