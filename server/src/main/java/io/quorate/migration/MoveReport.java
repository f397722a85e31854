package io.quorate.migration;

import java.util.List;

/**
 * What one node says of the partitions on the move of which it is an owner.
 *
 * @param stateVersion of the newest state that it has applied
 * @param standings of those that it serves at their newest epoch, as it knows it; others are left
 *     out
 */
public record MoveReport(long stateVersion, List<Standing> standings) {
  public MoveReport {
    standings = List.copyOf(standings);
  }

  /**
   * How far a node is with one partition.
   *
   * @param epoch that it serves: nothing that it began under a lower one is under way any more
   * @param complete whether it holds, as a replica of the new set, what a majority of the old set
   *     held; compared under this epoch
   * @param handedOver whether it has brought the replicas that are in charge what they lacked of
   *     what it holds, as an owner that is left behind
   * @param records that were copied to it in this move
   * @param bytes of these
   * @param skipped of these records, those that it did not need: it held the same or newer
   */
  public record Standing(
      int partition,
      long epoch,
      boolean complete,
      boolean handedOver,
      long records,
      long bytes,
      long skipped) {}
}
