package io.quorate.version;

/**
 * Hybrid logical time as one long: 48 bits of milliseconds since 1970, then a 16-bit counter
 * (Kulkarni and others, <i>Logical Physical Clocks</i>, 2014). Compared as unsigned numbers.
 */
public final class Hlc {
  private static final int COUNTER_BITS = 16;

  /**
   * The first time that no clock shows: the year 10000. What carries such a time was stamped by no
   * node's clock.
   */
  public static final long END = of(253_402_300_800_000L, 0);

  private Hlc() {}

  /** Whether no clock shows this time, ever. */
  public static boolean isBeyondEnd(long hlc) {
    return Long.compareUnsigned(hlc, END) >= 0;
  }

  /** The time, or 0 if no clock shows it. */
  static long shown(long hlc) {
    return isBeyondEnd(hlc) ? 0 : hlc;
  }

  public static long of(long millis, int counter) {
    return (millis << COUNTER_BITS) | (counter & 0xFFFF);
  }

  public static long millis(long hlc) {
    return hlc >>> COUNTER_BITS;
  }

  public static int counter(long hlc) {
    return (int) (hlc & 0xFFFF);
  }

  public static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }

  public static String toString(long hlc) {
    return millis(hlc) + "." + counter(hlc);
  }
}
