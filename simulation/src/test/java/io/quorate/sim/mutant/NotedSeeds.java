package io.quorate.sim.mutant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The seed that caught each mutant last, from {@code mutant-seeds.txt}: tried first, it spares the
 * hunt from seed 1 on. A change of the code may make another seed the first one; then the hunt
 * finds it, and says which line to write.
 */
final class NotedSeeds {
  private static final String FILE = "/mutant-seeds.txt";

  private final SortedMap<String, Long> seeds = new TreeMap<>();

  static NotedSeeds read() {
    NotedSeeds noted = new NotedSeeds();
    try (InputStream in = Objects.requireNonNull(NotedSeeds.class.getResourceAsStream(FILE));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      lines
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .forEach(words -> noted.seeds.put(words[0] + " " + words[1], Long.valueOf(words[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return noted;
  }

  /**
   * Runs the noted seed of a mutant, if it is one of those within which it has to be caught.
   *
   * @param proof whether it is run without the mutant, too, as a hunt does before it notes a seed
   */
  Evidence evidence(Quarry quarry, boolean proof) {
    Long seed = seeds.get(name(quarry));
    if (seed == null || seed > quarry.seedsMax()) {
      return Evidence.Nothing.INSTANCE;
    }
    return proof ? quarry.proof(seed) : quarry.run(seed);
  }

  /** Returns the lines to write for what was caught by a hunt of one range from seed 1 on. */
  static String lines(List<MutantTable.Row> caught) {
    return caught.stream()
        .filter(row -> row.missed() == 0)
        .map(row -> row.mutant() + " " + row.runs() + " " + row.mostSeeds())
        .collect(Collectors.joining("\n"));
  }

  private static String name(Quarry quarry) {
    return quarry.mutant() + " " + quarry.runs();
  }

  @Override
  public String toString() {
    return seeds.toString();
  }
}
