package io.quorate.replication.hint;

/**
 * Stamps hints with about the time, so that their age is known, and so that those that are there at
 * some moment can be told from all that come later. Never goes back, whatever the clock does.
 */
final class Stamps {
  /** Hints of one second share a stamp: they are counted by it. */
  private static final long COARSE_MILLIS = 1_000;

  private long last;

  /** A hint of an earlier start has this stamp. */
  void found(long stamp) {
    last = Math.max(last, stamp + 1);
  }

  long next(long wallMillis) {
    if (wallMillis - last >= COARSE_MILLIS) {
      last = wallMillis;
    }
    return last;
  }

  /** The hints that were stamped so far have this stamp at most, and later ones a higher one. */
  long setMarker() {
    return last++;
  }
}
