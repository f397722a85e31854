package io.quorate.replication.replica;

import java.util.BitSet;

/**
 * What has become at one replica of the newest {@link io.quorate.placement.Cut}.
 *
 * @param cut its id; 0 if there is none
 * @param time of it; another time after it was armed again
 * @param armed partitions that serve an epoch under which it is armed; also once they are closed
 * @param closed partitions of which there is an image that counts as far as this replica knows
 * @param latestTime the highest hybrid time that the clock here showed when a partition was armed
 * @param since of a cut of the past: from which hybrid time on all that was replaced is kept here;
 *     else 0
 * @param lastReadNanos when images were read last, or fixed, on the clock's {@code nanos()}
 * @param voids partitions of which what is here does not count, and never will for this cut
 * @param whyVoid why the first of them does not; empty if there is none
 */
public record CutStanding(
    long cut,
    long time,
    BitSet armed,
    BitSet closed,
    long latestTime,
    long since,
    long lastReadNanos,
    BitSet voids,
    String whyVoid) {
  /** Where nothing is known not to count. */
  public CutStanding(
      long cut,
      long time,
      BitSet armed,
      BitSet closed,
      long latestTime,
      long since,
      long lastReadNanos) {
    this(cut, time, armed, closed, latestTime, since, lastReadNanos, new BitSet(), "");
  }
}
