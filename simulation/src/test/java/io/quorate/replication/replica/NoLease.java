package io.quorate.replication.replica;

import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import java.util.function.Consumer;

/** What a replica calls that takes no leases, see {@code io.quorate.sim.mutant.CodeMutantsTest}. */
public final class NoLease {
  private NoLease() {}

  /** Replaces {@link EpochAdmission#lease}. */
  static Consumer<WriteOutcome> lease(
      EpochAdmission epochAdmission, int partition, Consumer<WriteOutcome> callback) {
    return callback;
  }
}
