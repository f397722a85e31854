package io.quorate.replication.background;

/**
 * The part of each second in which work that no client waits for rests, on all nodes at the same
 * time as far as their clocks agree: what clients find then is what they would find without it.
 */
final class Rest {
  static final int SECOND_MILLIS = 1_000;
  private static final int LENGTH_MILLIS = 150;

  /** Until what was begun before has ended. */
  private static final int SETTLING_MILLIS = 60;

  /** A part of a second, by what may be seen in it. */
  enum Part {
    /** What clients find is as if nothing else was going on. */
    REST,
    /** What clients find is disturbed by what goes on. */
    WORK,
    /** One passes into the other. */
    BETWEEN
  }

  private Rest() {}

  static boolean isNow(long wallMillis) {
    return Math.floorMod(wallMillis, SECOND_MILLIS) < LENGTH_MILLIS;
  }

  static Part partOf(long wallMillis) {
    int into = Math.floorMod(wallMillis, SECOND_MILLIS);
    if (into < LENGTH_MILLIS) {
      return into < SETTLING_MILLIS ? Part.BETWEEN : Part.REST;
    }
    return into < LENGTH_MILLIS + SETTLING_MILLIS ? Part.BETWEEN : Part.WORK;
  }
}
