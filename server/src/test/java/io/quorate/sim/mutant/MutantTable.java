package io.quorate.sim.mutant;

import io.quorate.cli.output.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who catches which mutant, and after how many seeds: each mutant is hunted in several ranges of
 * seeds that have none in common, for one lucky seed says nothing.
 */
public final class MutantTable {
  /** The first range is that of CI; the others begin so far from each other. */
  private static final long RANGE = 1_000_000;

  private final List<Quarry> quarries;
  private final int ranges;
  private final List<Hunt> hunts = new ArrayList<>();

  private MutantTable(List<Quarry> quarries, int ranges) {
    this.quarries = quarries;
    this.ranges = ranges;
    for (Quarry quarry : quarries) {
      for (int range = 0; range < ranges; range++) {
        hunts.add(new Hunt(quarry, 1 + range * RANGE));
      }
    }
  }

  /** All mutants there are. */
  public static List<Quarry> all() {
    return Stream.concat(ClusterQuarry.all().stream(), RaftQuarry.all().stream()).toList();
  }

  /** Hunts every mutant in so many ranges, on so many threads. */
  public static MutantTable of(List<Quarry> quarries, int ranges, int threads) {
    var table = new MutantTable(quarries, ranges);
    table.hunt(threads);
    return table;
  }

  private void hunt(int count) {
    var next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("hunt")
              .start(
                  () -> {
                    for (int at = next.getAndIncrement();
                        at < hunts.size();
                        at = next.getAndIncrement()) {
                      hunts.get(at).run();
                    }
                  }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while mutants were hunted", interrupted);
      }
    }
  }

  /** Whether each was caught in every range, within as many seeds as CI runs. */
  public boolean allCaught() {
    return hunts.stream().allMatch(hunt -> hunt.caughtBy != null);
  }

  /**
   * What came of one mutant in one kind of run.
   *
   * @param caughtBy who noticed, and in how many ranges
   * @param medianSeeds over the ranges
   * @param missed ranges in which nobody noticed, within as many seeds as CI runs
   */
  public record Row(
      String mutant,
      String runs,
      SortedMap<String, Integer> caughtBy,
      int ranges,
      long medianSeeds,
      long mostSeeds,
      int missed) {

    /** As it is written as JSON. */
    public Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("mutant", mutant);
      fields.put("runs", runs);
      fields.put("caught_by", caughtBy);
      fields.put("ranges", ranges);
      fields.put("median_seeds", medianSeeds);
      fields.put("most_seeds", mostSeeds);
      fields.put("ranges_missed", missed);
      return fields;
    }
  }

  public List<Row> rows() {
    return quarries.stream().map(this::row).toList();
  }

  private Row row(Quarry quarry) {
    List<Hunt> own = hunts.stream().filter(hunt -> hunt.quarry.equals(quarry)).toList();
    List<Long> seeds = own.stream().map(hunt -> hunt.seeds).sorted().toList();
    SortedMap<String, Integer> checkers = new TreeMap<>();
    int missed = 0;
    for (Hunt hunt : own) {
      if (hunt.caughtBy == null) {
        missed++;
      } else {
        checkers.merge(hunt.caughtBy, 1, Integer::sum);
      }
    }
    return new Row(
        quarry.mutant(),
        quarry.runs(),
        checkers,
        ranges,
        seeds.get(seeds.size() / 2),
        seeds.get(seeds.size() - 1),
        missed);
  }

  /** The rows as people read them. */
  @Override
  public String toString() {
    var table = new Table("mutant", "runs", "caught by", "median seeds>", "most>", "missed>");
    for (Row row : rows()) {
      String checkers =
          row.caughtBy().entrySet().stream()
              .map(each -> each.getKey() + " " + each.getValue())
              .collect(Collectors.joining(", "));
      table.row(
          row.mutant(),
          row.runs(),
          checkers,
          row.medianSeeds(),
          row.mostSeeds(),
          row.missed() + " of " + ranges);
    }
    return table.toString();
  }

  /** One mutant in one range of seeds; one thread. */
  private static final class Hunt {
    private final Quarry quarry;
    private final long first;
    private long seeds;
    private volatile @Nullable String caughtBy;

    Hunt(Quarry quarry, long first) {
      this.quarry = quarry;
      this.first = first;
    }

    void run() {
      while (caughtBy == null && seeds < quarry.seedsInCi()) {
        String caught = quarry.caughtBy(first + seeds);
        seeds++;
        caughtBy = caught;
      }
    }
  }
}
