package io.quorate.migration;

/**
 * How far a change of the topology is.
 *
 * @param planned partitions that were to move when that was last planned
 * @param left of these, those that have not arrived
 * @param moving partitions that are on the ladder now, cleaning up included
 * @param records copied since the change began, or since this node leads
 * @param bytes of these
 * @param skipped of these records, those that were not needed: newer ones were there
 * @param bytesPerSecond of late
 */
public record Progress(
    int planned,
    int left,
    int moving,
    long records,
    long bytes,
    long skipped,
    long bytesPerSecond) {
  public static final Progress NONE = new Progress(0, 0, 0, 0, 0, 0, 0);

  /** Partitions that have arrived. */
  public int done() {
    return Math.max(0, planned - left);
  }
}
