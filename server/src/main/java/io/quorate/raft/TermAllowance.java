package io.quorate.raft;

/**
 * How far the term may rise by what others say. Terms are used up for good, so one wrong number
 * must not take them all.
 *
 * <p>A term rises by one with each election, and with pre-vote no node begins one that could not be
 * won; so {@link #AT_ONCE} elections are as many as a group has in half a year with one each hour.
 * A node that missed more is brought up to date in steps: each message of a term further ahead is
 * refused, and raises the term by what is left of the allowance. Thereby two honest nodes that were
 * led astray apart from each other also come together, within about the time that it took to lead
 * them astray. At {@link #PER_TICK} it takes weeks of lies to come to the end of a generation.
 */
final class TermAllowance {
  static final long AT_ONCE = 4_096;
  static final long PER_TICK = 64;

  private long left = AT_ONCE;

  void tick() {
    left = Math.min(AT_ONCE, left + PER_TICK);
  }

  /** Takes up to {@code rise} of what is left, and returns how much. */
  long take(long rise) {
    long taken = Math.min(rise, left);
    left -= taken;
    return taken;
  }
}
