package io.quorate.version;

/**
 * A node's hybrid logical clock: never behind its wall clock, never going back, and moved forward
 * by what it hears, within a bound.
 *
 * <p>The bound limits what is adopted into the <em>clock</em> only. A record is never refused for
 * its version, and a stamp above a held version moves the key, not the clock: else one node with a
 * clock in the far future would drag every other there (MODEL-CHECK F11).
 */
public final class HybridClock {
  private static final long EVEN = ~1L;

  private final long adoptMillisMax;

  /** Highest time stamped or adopted. Volatile: the boot counter in a version covers restarts. */
  private long latest;

  /** Highest time given beyond the bound, above a held version; never given again. */
  private long beyond;

  /**
   * @param adoptMillisMax how far ahead of the wall clock a heard time may be to be adopted, ms
   */
  public HybridClock(long adoptMillisMax) {
    this.adoptMillisMax = adoptMillisMax;
  }

  /** The highest time stamped or adopted so far. */
  public long latest() {
    return latest;
  }

  /**
   * What the clock shows at {@code wallMillis}, without giving a stamp; told to others in answers.
   */
  public long read(long wallMillis) {
    long now = Hlc.of(wallMillis, 0);
    return Long.compareUnsigned(now, latest) > 0 ? now : latest;
  }

  /** A time that this clock never gave before, at or after {@code wallMillis}. */
  public long stamp(long wallMillis) {
    long now = Hlc.of(wallMillis, 0);
    latest = Long.compareUnsigned(now, latest) > 0 ? now : (latest + 2) & EVEN;
    return latest;
  }

  /**
   * A time that this clock never gave before, above {@code held}. Follows {@code held} into the
   * clock within the bound, and steps over it for this one stamp beyond the bound.
   */
  public long stampAbove(long held, long wallMillis) {
    observe(held, wallMillis);
    long stamp = stamp(wallMillis);
    if (Long.compareUnsigned(stamp, held) > 0) {
      return stamp;
    }
    // Two writes of one key may both be stamped above the same version of the far future; and the
    // clock may come there one day. So these stamps grow too, and are odd, as the clock's never
    // are.
    beyond = ((Long.compareUnsigned(held, beyond) > 0 ? held : beyond) + 1) | ~EVEN;
    return beyond;
  }

  /** Adopts a time heard from elsewhere, unless it is further ahead of the wall than the bound. */
  public void observe(long heard, long wallMillis) {
    if (Long.compareUnsigned(heard, latest) > 0
        && Hlc.millis(heard) <= wallMillis + adoptMillisMax) {
      latest = heard;
    }
  }
}
