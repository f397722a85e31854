package io.quorate.sim.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Seeds that entered windows which few seeds enter, from {@code window-seeds.txt}: run beside the
 * first seeds, they spare hundreds of others. A change of the code may lead a seed past its window;
 * then another noted one enters it, or {@link SimulationTest} goes on with further seeds, and says
 * which lines to write.
 */
record NotedWindows(List<Line> lines) {
  private static final String FILE = "/window-seeds.txt";

  /** A seed and a window that it entered: the words of a line, where the window is the rest. */
  record Line(Scope scope, long seed, String window) {
    static Line of(String text) {
      String[] words = text.split(" ", 3);
      return new Line(Scope.ofWord(words[0]), Long.parseLong(words[1]), words[2]);
    }

    @Override
    public String toString() {
      return scope.word() + " " + seed + " " + window;
    }
  }

  static NotedWindows read() {
    try (InputStream in = Objects.requireNonNull(NotedWindows.class.getResourceAsStream(FILE));
        BufferedReader text =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return new NotedWindows(
          text.lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .map(Line::of)
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Stream<Line> of(Scope scope) {
    return lines.stream().filter(line -> line.scope() == scope);
  }

  /** Returns the seeds from 1 on that CI runs of a scope, and those that are noted. */
  List<Long> seeds(Scope scope) {
    return LongStream.concat(
            LongStream.rangeClosed(1, scope.seedsInCi()), of(scope).mapToLong(Line::seed))
        .distinct()
        .boxed()
        .toList();
  }
}
