package io.quorate.client.admin;

import java.util.List;

/**
 * How far the repair of one node is.
 *
 * @param pairs of a partition and another replica that the node compares
 * @param done of these, the ones that are equal now
 * @param differences keys of which the two held different records
 * @param records brought to the replicas that lacked them
 * @param bytes of these
 * @param failed pairs that were given up
 * @param over whether there is no more to come
 */
public record RepairProgress(
    int pairs,
    int done,
    long differences,
    long records,
    long bytes,
    List<Failed> failed,
    boolean over) {
  public static final RepairProgress NOTHING = new RepairProgress(0, 0, 0, 0, 0, List.of(), false);

  public RepairProgress {
    failed = List.copyOf(failed);
  }

  /**
   * A comparison that was given up.
   *
   * @param other id of the other replica
   */
  public record Failed(int partition, String other, String reason) {}
}
