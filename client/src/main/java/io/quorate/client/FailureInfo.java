package io.quorate.client;

import java.util.List;

/**
 * What is known of a failed operation.
 *
 * @param partition partition of the key; -1 where there is none or it is not known
 * @param replicasNeeded replicas the level asked for; 0 if not known
 * @param replicasAnswered ids of the replicas that answered in time
 */
public record FailureInfo(int partition, int replicasNeeded, List<String> replicasAnswered) {
  public static final FailureInfo NONE = new FailureInfo(-1, 0, List.of());

  public FailureInfo {
    replicasAnswered = List.copyOf(replicasAnswered);
  }

  public static FailureInfo ofPartition(int partition) {
    return partition < 0 ? NONE : new FailureInfo(partition, 0, List.of());
  }
}
