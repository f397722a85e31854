package io.quorate.replication.tree;

/**
 * How often what is on disk of the hash trees is brought up to date, by what is logged of changes.
 * The log is about as long as all partitions that have a tree on disk, times the first of these.
 *
 * @param keepBytes so much is logged between one tree that is written again and the next
 * @param cutBytes so much is logged before what is not needed any more of it is taken away
 */
public record TreePace(long keepBytes, long cutBytes) {
  /** What the log may become, about. */
  private static final long LOG_BYTES = 32L << 20;

  /** Less often than this, a tree costs less than what it makes unnecessary. */
  private static final long KEEP_BYTES_MAX = 128L << 10;

  /** More often than this, trees are most of what is written. */
  private static final long KEEP_BYTES_MIN = 16L << 10;

  /** Suits a number of partitions. */
  public static TreePace of(int partitions) {
    long each = LOG_BYTES / Math.max(1, partitions);
    return new TreePace(Math.clamp(each, KEEP_BYTES_MIN, KEEP_BYTES_MAX), 1L << 20);
  }
}
