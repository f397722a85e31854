package io.quorate.version;

import java.util.function.LongSupplier;

/**
 * A node's hybrid logical clock: never behind its wall clock, never going back, and moved forward
 * by what it hears, within a bound.
 *
 * <p>That bound limits what is adopted into the <em>clock</em> only. A record a little ahead of it
 * is not refused, and a stamp above a held version moves the key, not the clock: else one node with
 * a clock in the far future would drag every other there.
 *
 * <p>A record further ahead than the second, much larger bound was stamped by no clock that the
 * cluster would have let stamp: a node whose clock is off from most others' coordinates no writes.
 * It is judged by the latest of three: this node's wall clock, what most other nodes' clocks show,
 * and what this clock gave itself. So a node whose own clock is days behind still takes what the
 * others write, a lying node alone gets nothing accepted, and a clock that is set back does not
 * make its own records strangers.
 */
public final class HybridClock {
  /** In place of a stamp: what it would have to be above is at the end of time. */
  public static final long NO_TIME_LEFT = 0;

  private static final long EVEN = ~1L;

  /** Of stamps that follow a time beyond the bound, what is above a multiple of 4. */
  private static final long BEYOND = 1;

  /** The same of stamps that are ahead of the clock. */
  private static final long AHEAD = 3;

  private static final long CREDIBLE_MILLIS_MAX = 24 * 3_600_000L;

  private final long adoptMillisMax;

  /** How far ahead of the cluster's clocks a record may be stamped, ms. */
  private final long credibleMillisMax;

  /** How far most other nodes' clocks are ahead of this node's, ms; 0 if they are not. */
  private long othersAheadMillis;

  /** The same of the live ones, at the moment of the question; less than 0 if they are behind. */
  private LongSupplier liveAheadMillis = () -> 0;

  /** Highest time stamped or adopted. Volatile: the boot counter in a version covers restarts. */
  private long latest;

  /** Highest time given above a held version beyond the bound; never given again. */
  private long beyond;

  /**
   * The same above versions that no clock of the cluster can have shown. Counted apart, for one
   * such version must not take the keys with it whose versions are a little ahead.
   */
  private long farBeyond;

  /** Highest time given ahead of the clock; never given again. */
  private long ahead;

  /**
   * @param adoptMillisMax how far ahead of the wall clock a heard time may be to be adopted, ms
   */
  public HybridClock(long adoptMillisMax) {
    this(adoptMillisMax, CREDIBLE_MILLIS_MAX);
  }

  /**
   * @param adoptMillisMax how far ahead of the wall clock a heard time may be to be adopted, ms
   * @param credibleMillisMax how much further ahead of the cluster's clocks a record may be stamped
   */
  public HybridClock(long adoptMillisMax, long credibleMillisMax) {
    this.adoptMillisMax = adoptMillisMax;
    this.credibleMillisMax = credibleMillisMax;
  }

  /** Learns by how much most other nodes' clocks are ahead of this node's; less than 0: behind. */
  public void othersAreAhead(long millis) {
    othersAheadMillis = Math.max(0, millis);
  }

  /**
   * Learns where to ask by how much the clocks of most live nodes are ahead of this node's, ms;
   * less than 0: behind.
   */
  public void ask(LongSupplier aheadMillis) {
    liveAheadMillis = aheadMillis;
  }

  /**
   * What the wall clock shows, or what the clocks of most other nodes do if that is earlier. For
   * what is taken away by its age and does not come back: a clock that has jumped ahead takes
   * nothing away too early. Stamps that were given while it was ahead do not count either.
   */
  public long earlierMillis(long wallMillis) {
    return wallMillis + Math.min(0, liveAheadMillis.getAsLong());
  }

  /**
   * The time by which values expire: what this clock shows, and no further behind what most other
   * nodes' clocks show than the bound.
   */
  public long expiryMillis(long wallMillis) {
    return Math.max(Hlc.millis(read(wallMillis)), wallMillis + othersAheadMillis - adoptMillisMax);
  }

  /** Whether a clock that the cluster lets stamp may have shown this time. */
  public boolean isCredible(long stamped, long wallMillis) {
    return Long.compareUnsigned(stamped, latest) <= 0 || aheadMillis(stamped, wallMillis) <= 0;
  }

  /** By how much a stamp is further ahead than is credible, ms; 0 or less if it is credible. */
  public long aheadMillis(long stamped, long wallMillis) {
    if (Hlc.isBeyondEnd(stamped)) {
      return Long.MAX_VALUE;
    }
    long known = Math.max(wallMillis + othersAheadMillis, Hlc.millis(latest));
    return Hlc.millis(stamped) - known - adoptMillisMax - credibleMillisMax;
  }

  /**
   * How far a stamp that this clock did not give is beyond the bound, of this clock and of the time
   * that it is to follow; 0 if it is within. Beyond, it would drag its key into the future. After
   * that time this clock has come close enough, if it runs on as it does.
   *
   * @param held the time that it is above; 0 for none
   * @return {@link Long#MAX_VALUE} for a time that no clock shows
   */
  public long beyondBoundMillis(long stamp, long held, long wallMillis) {
    if (Hlc.isBeyondEnd(stamp)) {
      return Long.MAX_VALUE;
    }
    long wall = wallMillis + othersAheadMillis;
    long now = Math.max(wall, Hlc.millis(latest));
    long from = Hlc.isBeyondEnd(held) ? now : Math.max(now, Hlc.millis(held));
    if (Hlc.millis(stamp) <= from + adoptMillisMax) {
      return 0;
    }
    return Hlc.millis(stamp) - wall - adoptMillisMax; // neither what is held nor latest moves on
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
   *
   * @return {@link #NO_TIME_LEFT} if there is no such time
   */
  public long stampAbove(long held, long wallMillis) {
    observe(held, wallMillis);
    long stamp = stamp(wallMillis);
    if (Hlc.isBeyondEnd(held) || Long.compareUnsigned(stamp, held) > 0) {
      return stamp; // also above what no clock shows, which ranks below everything
    }
    // Two writes of one key may both be stamped above the same version of the far future; and the
    // clock may come there one day. So these stamps grow too, and are odd, as the clock's never
    // are; stamps ahead of the clock are odd in another way.
    boolean far = aheadMillis(held, wallMillis) > 0;
    long given = far ? farBeyond : beyond;
    long others = far ? beyond : farBeyond;
    if (aheadMillis(others, wallMillis) > 0 == far) {
      given = Hlc.later(given, others); // what is credible has changed since
    }
    long above = next(Hlc.later(held, given), BEYOND);
    if (Hlc.isBeyondEnd(above)) {
      return NO_TIME_LEFT;
    }
    if (far) {
      farBeyond = above;
    } else {
      beyond = above;
    }
    return above;
  }

  /**
   * A time that this clock never gave before, above {@code held}, and ahead of what it shows. The
   * clock stays where it is, unless what is held is further ahead than that: see {@link
   * #stampAbove}.
   *
   * @param leadMillis how far ahead, ms
   * @return {@link #NO_TIME_LEFT} if there is no such time
   */
  public long stampAhead(long held, long leadMillis, long wallMillis) {
    long now = Hlc.of(Hlc.millis(read(wallMillis)) + leadMillis, 0);
    long stamp = next(Hlc.later(now, ahead), AHEAD);
    if (!Hlc.isBeyondEnd(held) && Long.compareUnsigned(stamp, held) <= 0) {
      return stampAbove(held, wallMillis);
    }
    ahead = stamp;
    return stamp;
  }

  /** The first time of a kind that is after another. */
  private static long next(long after, long kind) {
    long near = (after & ~3L) | kind;
    return Long.compareUnsigned(near, after) > 0 ? near : near + 4;
  }

  /** Adopts a time heard from elsewhere, unless it is further ahead of the wall than the bound. */
  public void observe(long heard, long wallMillis) {
    if (Long.compareUnsigned(heard, latest) > 0
        && !Hlc.isBeyondEnd(heard)
        && Hlc.millis(heard) <= wallMillis + adoptMillisMax) {
      latest = heard;
    }
  }
}
