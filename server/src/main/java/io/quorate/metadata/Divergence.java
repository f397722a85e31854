package io.quorate.metadata;

import io.quorate.model.NodeId;
import io.quorate.raft.EntryId;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;

/**
 * Notices when the group goes on without what this node has committed, or with what this node
 * cannot read.
 */
final class Divergence {
  private final NodeId self;
  private final Raft raft;
  private final Standstill standstill;
  private final MetadataSender sender;
  private final MetadataListener listener;

  /** Whether the group goes on without what this node has committed, and that was told. */
  private boolean abandoned;

  Divergence(
      NodeId self,
      Raft raft,
      Standstill standstill,
      MetadataSender sender,
      MetadataListener listener) {
    this.self = self;
    this.raft = raft;
    this.standstill = standstill;
    this.sender = sender;
    this.listener = listener;
  }

  /** Takes in what Raft says of itself. */
  void happened(RaftEvent event) {
    if (event instanceof RaftEvent.LogAbandoned(var recovery, var committed) && !abandoned) {
      abandoned = true;
      listener.abandoned(LostMajority.abandoned(self, recovery, committed));
    }
    if (event instanceof RaftEvent.SnapshotRefused(NodeId from, EntryId last, String why)) {
      lag(from, "the snapshot at %s of leader %s: %s".formatted(last, from, why));
    }
    if (event instanceof RaftEvent.EntryRefused(NodeId from, EntryId id, String why)) {
      lag(from, "entry %s of leader %s cannot be read: %s".formatted(id, from, why));
    }
  }

  private void lag(NodeId leader, String what) {
    standstill.lag(leader, raft.status().term(), what, raft.lastIndex());
    listener.stuck(standstill.advice(), null);
    sender.send(leader, new MetadataMessage.Stuck(standstill.why()));
  }
}
