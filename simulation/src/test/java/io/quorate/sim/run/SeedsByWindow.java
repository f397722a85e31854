package io.quorate.sim.run;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Which seeds entered each window. Told by several threads at a time. */
final class SeedsByWindow {
  /** How many seeds are noted for a window: if a change leads one past it, the other is left. */
  private static final int NOTED = 2;

  private final Map<String, SortedSet<Long>> seeds = new TreeMap<>();

  synchronized void add(RunResult result) {
    for (String window : result.windows().group("").keySet()) {
      seeds.computeIfAbsent(window, none -> new TreeSet<>()).add(result.seed());
    }
  }

  synchronized boolean has(String window) {
    return seeds.containsKey(window);
  }

  synchronized boolean has(NotedWindows.Line line) {
    return seeds.getOrDefault(line.window(), new TreeSet<>()).contains(line.seed());
  }

  /** Returns the lines by which these windows are noted, of those that were entered. */
  synchronized List<NotedWindows.Line> lines(Scope scope, List<String> windows) {
    return windows.stream()
        .flatMap(
            window ->
                seeds.containsKey(window)
                    ? seeds.get(window).stream()
                        .limit(NOTED)
                        .map(seed -> new NotedWindows.Line(scope, seed, window))
                    : Stream.of())
        .toList();
  }
}
