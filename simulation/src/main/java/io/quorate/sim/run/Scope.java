package io.quorate.sim.run;

import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** What runs on the nodes of a run. */
public enum Scope {
  /** The data plane with fixed placements. */
  DATA_PLANE(20, 500, 3_000),
  /** All of it: the nodes first have to become a cluster. */
  WHOLE_NODES(30, 1_500, 3_000),
  /** Whole nodes, which also join, leave and replace each other. */
  TOPOLOGY(15, 300, 400),
  /** Whole nodes in three regions, a tenant replicated by region, and changes of both. */
  REGIONS(8, 32, 32),
  /** Whole nodes, of which one at a time lies to the others, is cut off, and let in again. */
  LIARS(15, 60, 60),
  /** Whole nodes, beside whose tenants others are created, written to and dropped. */
  TENANTS(15, 40, 40),
  /**
   * Whole nodes, of some of whose tenants backups are taken meanwhile; some join and leave, too.
   */
  BACKUPS(10, 200, 400),
  /**
   * Whole nodes; operators restore backups into tenants while clients write to them. Some nodes
   * join and leave, too.
   */
  RESTORES(6, 200, 400);

  private final long seedsInCi;
  private final long windowSeeds;
  private final long mutantSeeds;

  Scope(long seedsInCi, long windowSeeds, long mutantSeeds) {
    this.seedsInCi = seedsInCi;
    this.windowSeeds = windowSeeds;
    this.mutantSeeds = mutantSeeds;
  }

  /** Whether nodes join and leave, and partitions move. */
  boolean changesTopology() {
    return this == TOPOLOGY || this == REGIONS || this == BACKUPS || this == RESTORES;
  }

  /**
   * How many seeds CI runs, from 1, beside those that are noted for the windows that few seeds
   * enter; a campaign runs many more.
   */
  public long seedsInCi() {
    return seedsInCi;
  }

  /** Within how many seeds, from 1, each window that is demanded in CI has to be entered. */
  public long windowSeeds() {
    return windowSeeds;
  }

  /** Within how many seeds, from 1, each mutant has to be caught. */
  public long mutantSeeds() {
    return mutantSeeds;
  }

  /** As it is written on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the scope of a word. */
  public static Scope ofWord(String word) {
    for (Scope scope : values()) {
      if (scope.word().equals(word)) {
        return scope;
      }
    }
    throw new TypeConversionException(
        "'"
            + word
            + "' is no scope: give one of "
            + Arrays.stream(values()).map(Scope::word).toList());
  }
}
