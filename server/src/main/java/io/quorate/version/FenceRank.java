package io.quorate.version;

/**
 * What stands in the place of a token in the versions of records of which the last write wins
 * (docs/design/fencing.md#rank): 0 for a write under no lock; for each token an even rank, which
 * what was read under it is raised to, and the odd one above, of what was written under it. So a
 * value that a holder has read is below each of its own writes, and above all of the holders
 * before.
 */
public final class FenceRank {
  /** Tokens above have no rank. */
  public static final long TOKEN_MAX = Long.MAX_VALUE >>> 1;

  private FenceRank() {}

  /** The rank that a record is raised to when it is read under a token. */
  public static long raised(long token) {
    if (token <= 0 || token > TOKEN_MAX) {
      throw new IllegalArgumentException("token " + Long.toUnsignedString(token));
    }
    return token << 1;
  }

  /** The rank of what is written under a token. */
  public static long fresh(long token) {
    return raised(token) | 1;
  }

  /** The rank of a write under no lock that is to be above a record of a rank. */
  public static long freshAbove(long rank) {
    return rank == 0 ? 0 : rank | 1;
  }

  /** The token that a rank is of; 0 for none. */
  public static long token(long rank) {
    return rank >>> 1;
  }

  /** Whether a record of a rank was raised to it, or may be a mark. */
  public static boolean isRaised(long rank) {
    return rank != 0 && (rank & 1) == 0;
  }
}
