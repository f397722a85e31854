package io.quorate.client.internal.net;

import java.util.Arrays;

/**
 * How promptly one node answers beside the others, and which share of the keys that prefer it is
 * therefore sent to it: all as long as it keeps up with them. A node that has just started, or has
 * other work to do, takes many times as long as they do, and one slow coordinator of three is felt
 * by a third of all calls though the other two could take them over.
 *
 * <p>The share falls quickly and grows slowly (additive increase, multiplicative decrease), and
 * never falls to nothing: that it answers promptly again is only seen by asking it, and of a node
 * that was not asked of late nothing bad is assumed. It is always the same keys that are sent
 * elsewhere, so that writes of a key mostly are stamped in one place.
 *
 * <p>A node that was away begins with almost nothing, and its share grows in proportion to itself
 * (a slow start, as proxies have it): it has most likely been started again, the code that it runs
 * is not compiled yet, and its first calls take a hundred times as long as later ones. What
 * compiles it are calls, so few of them have to be slow.
 *
 * <p>Owned by the loop.
 */
public final class Promptness {
  /** A node that takes longer than this multiple of the promptest, plus the margin, is slow. */
  private static final double SLOW_TIMES = 3;

  private static final double SLOW_MARGIN_NANOS = 3_000_000;

  /** Enough to see how the node does, and too little to be felt below the 99th percentile. */
  private static final double SHARE_MIN = 0.01;

  /** With ten comparisons a second, from nothing to all in five seconds. */
  private static final double GROWTH = 0.02;

  /** Of a node that was away: from the least to all in ten seconds, half of it in the last one. */
  private static final double GROWTH_TIMES = 1.05;

  private static final double SHRINKING = 0.5;

  /** Weight of what came since the last comparison. */
  private static final double NEWS = 0.5;

  /** A node that has answered nothing for a second is no measure for others. */
  private static final int FOLDS_REMEMBERED = 10;

  private double share = 1;

  /** It was away, and has not been given all of its keys since. */
  private boolean slowStart;

  private double meanNanos = Double.NaN;
  private boolean heard;
  private int foldsUnheard;
  private double sumNanos;
  private int count;

  /** It answered a call; to refuse one is no answer, as it takes no work. */
  public void answered(long nanos) {
    sumNanos += (double) nanos;
    count++;
  }

  /** It was away, and may have been started again: it begins with little. */
  public void cameBack() {
    share = SHARE_MIN;
    slowStart = true;
    meanNanos = Double.NaN;
    sumNanos = 0;
    count = 0;
  }

  /**
   * How long it takes to answer, of late.
   *
   * @param silentNanos for how long it has owed answers and given none; 0 if it owes none
   * @return not a number if it is not known
   */
  public double fold(long silentNanos) {
    // To owe an answer for no longer than usual says nothing.
    double usual = Double.isNaN(meanNanos) ? SLOW_MARGIN_NANOS : meanNanos;
    heard = count > 0 || (double) silentNanos > usual;
    foldsUnheard = heard ? 0 : foldsUnheard + 1;
    if (foldsUnheard >= FOLDS_REMEMBERED) {
      meanNanos = Double.NaN;
    }
    if (heard) {
      double news = count > 0 ? sumNanos / count : (double) silentNanos;
      meanNanos = Double.isNaN(meanNanos) ? news : meanNanos + NEWS * (news - meanNanos);
    }
    sumNanos = 0;
    count = 0;
    return meanNanos;
  }

  /** Compares it with the promptest of all; called ten times a second. */
  public void compare(double promptestNanos) {
    if (heard && meanNanos > SLOW_TIMES * promptestNanos + SLOW_MARGIN_NANOS) {
      share = Math.max(SHARE_MIN, share * SHRINKING);
    } else {
      share = Math.min(1, slowStart ? share * GROWTH_TIMES : share + GROWTH);
      slowStart &= share < 1;
    }
  }

  /** Whether a key that prefers it is sent to it. */
  public boolean takes(byte[] key) {
    return share >= 1 || place(key) < share;
  }

  /** A place in [0, 1) that is a key's own, and none of its partition's. */
  private static double place(byte[] key) {
    int mixed = Arrays.hashCode(key) * 0x9E3779B9;
    return (double) (mixed >>> 8) / (1 << 24);
  }
}
