package io.quorate.raft;

/**
 * That an operator had a group go on without the majority of its voters: one survivor became the
 * only voter, and its log the group's. Part of every membership since.
 *
 * <p>What is numbered since then (terms, log indices, and whatever else the caller numbers with
 * them) begins so high that the group before could never have come there: whoever meets such a
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

  public Recovery {
    if (generation < 1 || generation > GENERATION_MAX) {
      throw new IllegalArgumentException(
          "generation %d: give 1 to %d".formatted(generation, GENERATION_MAX));
    }
  }

  /**
   * The next recovery of a group whose survivor's log ends at {@code after}.
   *
   * @param term the latest that the survivor has seen
   * @param chance any number; it tells apart recoveries that do not know of each other
   */
  public static Recovery next(EntryId after, long term, int chance) {
    long count = (Math.max(generationOf(term), generationOf(after.term())) >>> CHANCE_BITS) + 1;
    return new Recovery(count << CHANCE_BITS | (chance & (1 << CHANCE_BITS) - 1), after);
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
