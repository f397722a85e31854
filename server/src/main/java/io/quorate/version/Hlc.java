package io.quorate.version;

/**
 * Hybrid logical time as one long: 48 bits of milliseconds since 1970, then a 16-bit counter
 * (Kulkarni and others, <i>Logical Physical Clocks</i>, 2014). Compared as unsigned numbers.
 */
public final class Hlc {
  private static final int COUNTER_BITS = 16;

  private Hlc() {}

  public static long of(long millis, int counter) {
    return (millis << COUNTER_BITS) | (counter & 0xFFFF);
  }

  public static long millis(long hlc) {
    return hlc >>> COUNTER_BITS;
  }

  public static int counter(long hlc) {
    return (int) (hlc & 0xFFFF);
  }

  public static String toString(long hlc) {
    return millis(hlc) + "." + counter(hlc);
  }
}
