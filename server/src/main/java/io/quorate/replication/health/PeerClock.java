package io.quorate.replication.health;

import io.quorate.replication.message.ReplicaMessage.Echo;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How far another node's wall clock is ahead of this node's, as far as heartbeats prove it (Mills,
 * <i>Network Time Protocol</i>, RFC 5905). A heartbeat gives back when this node sent its own, and
 * how long the other held that: so it is known how long the way there and back was. How long the
 * way back alone was is not known, and nothing is assumed of it: each heartbeat gives a range, as
 * wide as the way was long. Whatever stood still or waited meanwhile, here, there or in between,
 * makes the range wider and never wrong.
 *
 * <p>The narrowest range of the last ones counts; one that contradicts it shows that the other
 * clock has jumped since. Ranges are kept by this node's monotonic clock, so a jump of its own wall
 * clock shows at once.
 */
final class PeerClock {
  /** About two seconds of heartbeats at the usual distance. */
  private static final int SAMPLES = 10;

  /** Clocks count whole milliseconds. */
  private static final long ROUNDING_MILLIS = 2;

  /** What was heard longer ago than this says nothing: clocks drift. */
  private static final long WAY_MILLIS_MAX = TimeUnit.MINUTES.toMillis(1);

  /** Two clocks count no more differently than by one in this. */
  private static final int DRIFT = 1_000;

  /** A wall clock beyond this is nonsense, and would overflow. */
  private static final long WALL_MILLIS_MAX = 1L << 50;

  /** The other's wall clock less this node's monotonic one is at least this, ms. */
  private final long[] least = new long[SAMPLES];

  /** And at most by this more. */
  private final long[] ways = new long[SAMPLES];

  /** Not forgotten with the rest: it says nothing of clocks. */
  private final RoundTrip roundTrip = new RoundTrip();

  private int count;
  private int next;
  private int best;

  /**
   * A heartbeat came that gives back one of this node's.
   *
   * @param theirWallMillis the other's wall clock as it was sent
   * @param sinceNanos from when on this node has sent heartbeats
   * @param nowNanos this node's monotonic clock
   */
  void heard(long theirWallMillis, Echo echo, long sinceNanos, long nowNanos) {
    long awayNanos = nowNanos - echo.sentNanos();
    long heldMillis = TimeUnit.NANOSECONDS.toMillis(echo.heldNanos());
    boolean own = echo.sentNanos() - sinceNanos >= 0 && awayNanos >= 0;
    long awayMillis = TimeUnit.NANOSECONDS.toMillis(awayNanos);
    if (!own
        || awayMillis > WAY_MILLIS_MAX
        || heldMillis < 0
        || heldMillis > awayMillis + ROUNDING_MILLIS + awayMillis / DRIFT
        || theirWallMillis < 0
        || theirWallMillis > WALL_MILLIS_MAX) {
      return;
    }
    long way = Math.max(0, awayMillis - heldMillis) + heldMillis / DRIFT;
    roundTrip.took(way);
    add(
        theirWallMillis - TimeUnit.NANOSECONDS.toMillis(nowNanos) - ROUNDING_MILLIS,
        way + 2 * ROUNDING_MILLIS);
  }

  private void add(long from, long way) {
    if (count > 0 && (from > least[best] + ways[best] || from + way < least[best])) {
      forget(); // it has jumped
    }
    least[next] = from;
    ways[next] = way;
    next = (next + 1) % SAMPLES;
    count = Math.min(count + 1, SAMPLES);
    best = 0;
    for (int i = 1; i < count; i++) {
      if (ways[i] < ways[best]) {
        best = i;
      }
    }
  }

  /** It may be another machine by now. */
  void forget() {
    count = 0;
    next = 0;
    best = 0;
  }

  /** How long a heartbeat and its answer are on their way, as a rule, in ms. */
  OptionalLong roundTripMillis() {
    return roundTrip.medianMillis();
  }

  boolean isKnown() {
    return count > 0;
  }

  /**
   * By how much it is ahead of this node's wall clock at least; a negative number if it is surely
   * behind; 0 if it may be neither. Means something if it is known.
   *
   * @param ownMillis this node's wall clock less its monotonic one
   */
  long surelyAheadMillis(long ownMillis) {
    long from = least[best] - ownMillis;
    long to = from + ways[best];
    return from > 0 ? from : Math.min(to, 0);
  }

  /** By how much it is ahead of this node's wall clock, as likely more as less. */
  long aheadMillis(long ownMillis) {
    return least[best] - ownMillis + ways[best] / 2;
  }
}
