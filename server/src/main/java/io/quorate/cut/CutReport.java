package io.quorate.cut;

import java.util.BitSet;

/**
 * What one node says of a cut.
 *
 * @param cut its id
 * @param time of it, as a hybrid time; one that is armed again has another
 * @param armed partitions of which this node keeps what it held up to that time
 * @param closed partitions of which this node has an image that counts, as far as it knows
 * @param latestTime the highest hybrid time that its clock showed when it began to keep one of them
 * @param since of a cut of the past: from which hybrid time on this node keeps what is replaced, in
 *     all of its partitions; else 0
 * @param idleMillis for how long none of its images was read, nor it heard of a command that reads
 *     them
 * @param voids partitions of which the image of this node does not count, and never will
 * @param whyVoid why the first of them does not; empty if there is none
 */
public record CutReport(
    long cut,
    long time,
    BitSet armed,
    BitSet closed,
    long latestTime,
    long since,
    long idleMillis,
    BitSet voids,
    String whyVoid) {
  public CutReport {
    armed = (BitSet) armed.clone();
    closed = (BitSet) closed.clone();
    voids = (BitSet) voids.clone();
  }

  /** Of a node of which no image is known not to count. */
  public CutReport(
      long cut,
      long time,
      BitSet armed,
      BitSet closed,
      long latestTime,
      long since,
      long idleMillis) {
    this(cut, time, armed, closed, latestTime, since, idleMillis, new BitSet(), "");
  }

  /** Of a node that has nothing to do with a cut, or knows nothing of it yet. */
  public static CutReport ofNothing(long cut, long time) {
    return new CutReport(cut, time, new BitSet(), new BitSet(), 0, 0, Long.MAX_VALUE);
  }
}
