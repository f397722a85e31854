package io.quorate.replication.coordinator;

import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.message.ReplicaMessage.NotTaken;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.Stored;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;

/** What is made of an answer that is not understood, see {@code CodeMutantsTest}. */
public final class RefusedForGood {
  private RefusedForGood() {}

  /** Replaces {@link InFlight#onWriteReply}: a hint becomes a dead letter. */
  static void refused(InFlight operation, NodeId from, WriteOutcome outcome) {
    operation.onWriteReply(from, new Refused(((NotTaken) outcome).reason()));
  }

  /** Replaces {@link InFlight#onWriteReply}: a write is acknowledged that is nowhere. */
  static void stored(InFlight operation, NodeId from, WriteOutcome outcome) {
    operation.onWriteReply(from, Stored.INSTANCE);
  }
}
