package io.quorate.sim.mutant;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
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
 * Which checker catches which mutant, and after how many seeds. Each mutant is run in several
 * ranges of seeds without overlap, since one lucky seed proves nothing.
 */
public final class MutantTable {
  /** The first range is that of CI; the others begin so far from each other. */
  private static final long RANGE = 1_000_000;

  private static final int COLUMN_WIDTH_MAX = 80;

  /** Of one hunt; more of them rarely say more. */
  private static final int UNEXPLAINED_MAX = 3;

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

  /** Runs every mutant in this many ranges, on this many threads. */
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

  /** What runs have broken that their mutants do not explain: bugs that are to be looked at. */
  public List<String> unexplained() {
    return hunts.stream().flatMap(hunt -> hunt.unexplained.stream()).toList();
  }

  /**
   * What came of one mutant in one kind of run.
   *
   * @param caughtBy checkers that noticed, and in how many ranges each
   * @param medianSeeds over the ranges
   * @param missed ranges in which no checker noticed, within as many seeds as CI runs
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
    return AsciiTable.builder()
            .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS)
            .data(
                rows(),
                List.of(
                    words("mutant").with(row -> row.mutant()),
                    words("runs").with(row -> row.runs()),
                    words("caught by").with(MutantTable::checkers),
                    numbers("median seeds").with(row -> String.valueOf(row.medianSeeds())),
                    numbers("most").with(row -> String.valueOf(row.mostSeeds())),
                    numbers("missed").with(row -> row.missed() + " of " + ranges)))
            .asString()
        + unexplained().stream().map(each -> "\n" + each).collect(Collectors.joining());
  }

  private static Column words(String header) {
    return new Column()
        .header(header)
        .headerAlign(HorizontalAlign.LEFT)
        .dataAlign(HorizontalAlign.LEFT)
        .maxWidth(COLUMN_WIDTH_MAX);
  }

  private static Column numbers(String header) {
    return words(header).headerAlign(HorizontalAlign.RIGHT).dataAlign(HorizontalAlign.RIGHT);
  }

  private static String checkers(Row row) {
    return row.caughtBy().entrySet().stream()
        .map(each -> each.getKey() + " " + each.getValue())
        .collect(Collectors.joining(", "));
  }

  /** One mutant in one range of seeds; one thread. */
  private static final class Hunt {
    private final Quarry quarry;
    private final long first;
    private long seeds;
    private volatile @Nullable String caughtBy;

    /** Read once the hunt is over. */
    private final List<String> unexplained = new ArrayList<>();

    Hunt(Quarry quarry, long first) {
      this.quarry = quarry;
      this.first = first;
    }

    void run() {
      while (caughtBy == null && seeds < quarry.seedsMax()) {
        Evidence evidence = quarry.proof(first + seeds);
        seeds++;
        switch (evidence) {
          case Evidence.Nothing nothing -> {}
          case Evidence.Caught(String checker) -> caughtBy = checker;
          case Evidence.Unexplained(String what) -> {
            if (unexplained.size() < UNEXPLAINED_MAX) {
              unexplained.add(what);
            }
          }
        }
      }
    }
  }
}
