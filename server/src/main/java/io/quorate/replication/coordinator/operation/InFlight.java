package io.quorate.replication.coordinator.operation;

import io.quorate.model.NodeId;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.track.Census;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.TreeOutcome;
import io.quorate.replication.message.ReplicaMessage.VersionsOutcome;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.replication.message.ReplicaMessage.WritesOutcome;

/**
 * Something that waits for answers. It is in the {@link OperationTable} exactly as long as it
 * waits; what comes after that is dropped.
 */
public interface InFlight {
  /** When the caller gives up, on the clock's {@code nanos()}. */
  long deadlineNanos();

  /** The deadline has passed: answer and leave. */
  void expire();

  /** A while has passed: look for replicas that died, were slow, or never got the message. */
  void check(long nowNanos);

  /** Tells which replica owes the answer to a write. */
  default void census(Census census) {}

  /** Placements have changed: what waited for that may go on. */
  default void placementsChanged() {}

  default void onWriteReply(NodeId from, WriteOutcome outcome) {}

  default void onWriteRecordsReply(NodeId from, WritesOutcome outcome) {}

  default void onReadReply(NodeId from, ReadOutcome outcome) {}

  default void onRangeReply(NodeId from, RangeOutcome outcome) {}

  default void onTreeReply(NodeId from, TreeOutcome outcome) {}

  default void onVersionsReply(NodeId from, VersionsOutcome outcome) {}

  default void onProbeReply(NodeId from, ProbeOutcome outcome) {}

  default void onPrepareReply(NodeId from, PrepareOutcome outcome) {}

  default void onForwarded(Outcome outcome) {}

  /** The node that was to coordinate does not understand the operation: it did nothing. */
  default void onForwardNotUnderstood(NodeId from) {}

  /** The node that coordinated gave an answer that this version does not know. */
  default void onForwardedUnclear(NodeId from) {}
}
