package io.quorate.migration;

/**
 * How moves are driven.
 *
 * @param downAfterNanos a node that a move waits for is given up when it was silent for this long
 * @param reportNanos between two reports of a node, and two looks of the driver
 * @param stepNanos a step that was asked for and is not taken after this is asked for again
 * @param alarmNanos an operator should look after a live node that a barrier has waited for this
 *     long
 * @param slowStart for each so many partitions that have arrived one more may be on the move at the
 *     same time; 0: from the beginning as many as the limits of the change say
 */
public record MoveConfig(
    long downAfterNanos, long reportNanos, long stepNanos, long alarmNanos, int slowStart) {
  public static final MoveConfig DEFAULT =
      new MoveConfig(10_000_000_000L, 100_000_000L, 5_000_000_000L, 30_000_000_000L, 16);
}
