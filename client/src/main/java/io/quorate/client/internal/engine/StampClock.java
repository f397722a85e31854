package io.quorate.client.internal.engine;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Gives the hybrid times of writes that take effect at most once, of writers and of assignments.
 * They rise, and follow the clocks of the nodes. Owned by the loop.
 *
 * <p>A time need not be right. One that is too low is refused by the node that coordinates the
 * write, before anything is stored, and costs another round. One that is far ahead of the nodes'
 * clocks is refused for good, as it would drag its key into the future. So the times follow the
 * median of the clocks that were told lately, and not the highest: a single node whose clock is
 * wrong, until the others notice it, must not make a client's writes fail from then on. The date of
 * this machine is never used.
 */
final class StampClock {
  /** Low bits of a hybrid logical clock that count within one millisecond. */
  private static final int COUNTER_BITS = 16;

  /** Doublings of the margin at most: 16 milliseconds. */
  private static final int DOUBLINGS_MAX = 20;

  /**
   * How far ahead of the nodes' clocks later times follow an earlier one. A key whose versions are
   * further ahead moves no other key there.
   */
  private static final long AHEAD_MILLIS_MAX = 100;

  /**
   * How far ahead of the nodes' clocks a time is followed that a node told; their bound by default.
   * What is further ahead would be refused.
   */
  private static final long HEARD_AHEAD_MILLIS_MAX = 500;

  private final Map<String, ToldClock> byNode = new LinkedHashMap<>();

  /** The highest time given that later ones follow. */
  private long latest;

  /** The clock of the node at an address. */
  ToldClock of(String address) {
    return byNode.computeIfAbsent(address, unused -> new ToldClock());
  }

  /**
   * Gives the time for a write, above all that it gave before, unless these were far ahead.
   *
   * @param above a time that must be exceeded, as a node has refused the write; 0: there is none
   * @param tooLow how often the write was refused. Each time doubles the distance to {@code above}.
   *     Otherwise a client that is far from the nodes would come too late again and again, as long
   *     as one that is near writes the same key.
   * @return 0 if no node has told its clock
   */
  long next(long above, int tooLow, long nowNanos) {
    long clock = median(nowNanos);
    if (clock == 0) {
      return 0;
    }
    long following = (isWithinReach(latest, clock) ? later(latest, clock) : clock) + 1;
    long margin = 1L << Math.min(tooLow, DOUBLINGS_MAX);
    long given = above == 0 ? following : later(following, above + margin);
    latest = isWithinReach(given, clock) ? given : following;
    return given;
  }

  /**
   * Gives a time above all that it gave and that the nodes told, as far as they are not far ahead,
   * and above another one.
   *
   * @param heard the highest time that a node told
   * @return 0 if no node has told its clock
   */
  long nextAbove(long above, long heard, long nowNanos) {
    long clock = median(nowNanos);
    boolean follows = Long.compareUnsigned(heard, clock + hlc(HEARD_AHEAD_MILLIS_MAX)) <= 0;
    return next(follows ? later(above, heard) : above, 0, nowNanos);
  }

  /** The milliseconds since 1970 of a hybrid time. */
  static long millis(long hlc) {
    return hlc >>> COUNTER_BITS;
  }

  /** As many milliseconds of hybrid time. */
  static long hlc(long millis) {
    return millis << COUNTER_BITS;
  }

  private static boolean isWithinReach(long time, long clock) {
    return Long.compareUnsigned(time, clock + hlc(AHEAD_MILLIS_MAX)) <= 0;
  }

  /** The lower median of the clocks that were told lately; if none was, the one told last. */
  private long median(long nowNanos) {
    long[] fresh = new long[byNode.size()];
    int count = 0;
    ToldClock last = null;
    for (ToldClock each : byNode.values()) {
      if (each.isFresh(nowNanos)) {
        fresh[count++] = each.at(nowNanos);
      }
      if (each.isKnown() && (last == null || each.toldNanos() - last.toldNanos() > 0)) {
        last = each;
      }
    }
    if (count > 0) {
      Arrays.sort(fresh, 0, count);
      return fresh[(count - 1) / 2];
    }
    return last == null ? 0 : last.at(nowNanos);
  }

  static long later(long one, long other) {
    return Long.compareUnsigned(one, other) > 0 ? one : other;
  }
}
