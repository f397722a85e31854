package io.quorate.replication.replica;

import io.quorate.model.Invariant;

/**
 * Which epoch of each partition this replica serves. A write holds a lease from its admission until
 * it is durable or refused, and a new epoch is served only once the last lease of the epochs before
 * it has come back: so what a new epoch's reader sees includes everything begun under lower ones
 * (docs/design/protocol.md#f6).
 *
 * <p>While a new epoch waits for that, the old one is refused already and the new one not yet
 * served.
 */
final class EpochGate {
  /** What may be done with a request of some epoch. */
  enum Admission {
    SERVE,
    /** Planned on an epoch that is over: the coordinator must plan again. */
    STALE,
    /** Planned on an epoch that is not served here yet: wait. */
    AHEAD
  }

  private final ReplicaRules rules;

  /** Epoch served; 0 before the first. */
  private final long[] served;

  /** Lowest epoch not refused; never below {@code served}. */
  private final long[] fence;

  /** Leases not yet returned, all of the epoch in {@code served}. */
  private final int[] leases;

  EpochGate(int partitions, ReplicaRules rules) {
    this.rules = rules;
    served = new long[partitions];
    fence = new long[partitions];
    leases = new int[partitions];
  }

  Admission admit(int partition, long epoch) {
    if (epoch < fence[partition]) {
      return Admission.STALE;
    }
    return epoch == served[partition] ? Admission.SERVE : Admission.AHEAD;
  }

  /** The epoch that requests should be planned on, as far as this replica knows. */
  long current(int partition) {
    return fence[partition];
  }

  /** Begins a write under the epoch served; every lease is returned exactly once. */
  void lease(int partition) {
    leases[partition]++;
  }

  /** Returns a lease; true if that let a new epoch be served. */
  boolean release(int partition) {
    leases[partition]--;
    Invariant.hold(leases[partition] >= 0, "partition %d: a lease came back twice", partition);
    return serveIfDrained(partition);
  }

  /** Learns of a partition's epoch; true if it is served now and was not before. */
  boolean raise(int partition, long epoch) {
    if (epoch <= fence[partition]) {
      return false;
    }
    fence[partition] = epoch;
    return serveIfDrained(partition);
  }

  private boolean serveIfDrained(int partition) {
    boolean drained = leases[partition] == 0 || !rules.drainsBeforeServing();
    if (!drained || served[partition] == fence[partition]) {
      return false;
    }
    served[partition] = fence[partition];
    return true;
  }
}
