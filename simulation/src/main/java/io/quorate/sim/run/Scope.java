package io.quorate.sim.run;

import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/** What runs on the nodes of a run. */
public enum Scope {
  /** The data plane with fixed placements. */
  DATA_PLANE(3_000),
  /** All of it: the nodes first have to become a cluster. */
  WHOLE_NODES(3_000),
  /** Whole nodes, which also join, leave and replace each other. */
  TOPOLOGY(400);

  private final long seedsInCi;

  Scope(long seedsInCi) {
    this.seedsInCi = seedsInCi;
  }

  /** How many seeds CI runs, from 1. */
  public long seedsInCi() {
    return seedsInCi;
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
    throw new TypeConversionException("'" + word + "' is neither data-plane nor whole-nodes");
  }
}
