package io.quorate.raft;

import java.util.List;

/**
 * That an operator had a group go on without the majority of its voters: one survivor became the
 * only voter, and its log the group's. Part of every membership since.
 *
 * <p>What is numbered since then (terms, log indices, and whatever else the caller numbers with
 * them) begins so high that the group before could never have come there: a node that meets such a
 * number knows that it is of a later generation.
 *
 * @param generation names the recovery. Later ones are higher; two that were made of one group at
 *     the same time, by mistake, differ, so they are never taken for one another
 * @param after where the survivor's log ended; all of that is part of the recovered one
 */
public record Recovery(long generation, EntryId after) {
  /** A term is a generation, and in these low bits a count within it. */
  private static final int TERM_BITS = 32;

  /** An index of the log likewise: a generation has room for a million entries without overlap. */
  private static final int INDEX_BITS = 20;

  /** A generation is a count of recoveries, and in these low bits chance. */
  private static final int CHANCE_BITS = 16;

  private static final long GENERATION_MAX = (1L << (Long.SIZE - 1 - TERM_BITS)) - 1;

  /**
   * How many recoveries of its group a node can have slept through. A generation further ahead is
   * an error, and not believed: generations can be used up.
   */
  private static final long RECOVERIES_MISSED_MAX = 1_000;

  /** How many recoveries of a group may have been told to none that are left. */
  private static final long COUNTS_UNKNOWN_MAX = 16;

  /** How far indices go within a generation: a thousand entries a second for thirty years. */
  private static final long INDICES_MAX = 1L << 40;

  public Recovery {
    if (generation < 1 || generation > GENERATION_MAX) {
      throw new IllegalArgumentException(
          "generation %d: give 1 to %d".formatted(generation, GENERATION_MAX));
    }
  }

  /**
   * The next recovery of a group whose survivor's log ends at {@code after}.
   *
   * <p>A term counts only as far as recoveries can have brought it. One beyond is an error that
   * must not use up generations; nodes whose terms are wrong follow the log all the same, for they
   * compare generations with that of their own log (see {@link Raft}).
   *
   * @param term the latest that the survivor has seen; any number
   * @param chance any number; it tells apart recoveries that do not know of each other
   * @throws IllegalArgumentException if the log is of the last generation that there can be
   */
  public static Recovery next(EntryId after, long term, int chance) {
    long ofLog = countOf(generationOf(after.term()));
    long ofTerm = countOf(generationOf(term));
    long count = (isWithinReach(ofTerm, ofLog) ? Math.max(ofTerm, ofLog) : ofLog) + 1;
    return new Recovery(count << CHANCE_BITS | (chance & (1 << CHANCE_BITS) - 1), after);
  }

  /**
   * A group that begins with nothing, since its voters are lost for good.
   *
   * @param known the latest generation of the group before that is known; it may have come to one
   *     that is a little later
   * @param chance any number, as above
   */
  public static Recovery fromNothing(long known, int chance) {
    long count = countOf(known) + COUNTS_UNKNOWN_MAX;
    return new Recovery(count << CHANCE_BITS | (chance & (1 << CHANCE_BITS) - 1), EntryId.ZERO);
  }

  /**
   * Whether {@code recoveries} are those of a group of that generation, as a node can believe whose
   * log is of generation {@code known}: each is later than the one before.
   */
  static boolean lead(List<Recovery> recoveries, long known, long generation) {
    long before = 0;
    for (Recovery each : recoveries) {
      if (countOf(each.generation()) <= before) {
        return false;
      }
      before = countOf(each.generation());
    }
    return (recoveries.isEmpty() ? 0 : recoveries.getLast().generation()) == generation
        && isWithinReach(before, countOf(known));
  }

  private static boolean isWithinReach(long count, long from) {
    return count <= from + RECOVERIES_MISSED_MAX;
  }

  /** The highest index that there can be in a generation. */
  static long lastNumber(long generation) {
    return (generation << INDEX_BITS) + INDICES_MAX;
  }

  /** The generation that a term is of; 0 before the first recovery. */
  public static long generationOf(long term) {
    return term >>> TERM_BITS;
  }

  /** How often a group had been recovered when a generation began. */
  public static long countOf(long generation) {
    return generation >>> CHANCE_BITS;
  }

  /** The place in the log where the generation begins; nothing before it is of its term. */
  public EntryId first() {
    return new EntryId(firstNumber(), generation << TERM_BITS);
  }

  /** Where indices of the log, and what else is numbered like them, begin in this generation. */
  public long firstNumber() {
    return generation << INDEX_BITS;
  }
}
