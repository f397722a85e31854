package io.quorate.replication.replica;

/**
 * How long a replica remembers versions that it was offered and does not hold, of tenants whose
 * writes take effect at most once.
 *
 * @param rememberMillis since the time in the version; at least as long as a client may go on
 *     trying
 * @param notesMax of a node; beyond, versions are forgotten earlier
 */
public record NoteLimits(long rememberMillis, long notesMax) {
  public static final NoteLimits DEFAULT = new NoteLimits(30_000, 1_000_000);

  public NoteLimits {
    if (rememberMillis <= 0 || notesMax <= 1) {
      throw new IllegalArgumentException(
          "%d notes at most, for %d ms".formatted(notesMax, rememberMillis));
    }
  }
}
