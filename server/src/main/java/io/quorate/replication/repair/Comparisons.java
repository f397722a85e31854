package io.quorate.replication.repair;

import java.util.List;
import java.util.function.Consumer;

/** What operators see of how replicas are compared, and may ask to be compared or hashed. */
public interface Comparisons {
  /**
   * Compares what an operator asks for, before all else: of the pairs that this node begins, those
   * that fit.
   *
   * @param listener told how far it is, and when it is over
   */
  RepairRun repair(RepairScope scope, RepairRun.Listener listener);

  /** Calls off what operators asked for; returns how many such repairs there were. */
  int cancelRuns();

  /** Returns how long ago each partition that this node compares was equal at all replicas. */
  List<AntiEntropy.Age> ages();

  /**
   * Reads all that this node holds of a partition, from disk, and hashes it: to find out whether
   * replicas are equal without relying on trees that are kept up to date.
   */
  void hash(int partition, Consumer<FullHash.Outcome> callback);
}
