package io.quorate.locks;

import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.raft.EntryId;
import io.quorate.raft.Membership;
import io.quorate.raft.Recovery;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.util.List;
import java.util.Objects;

/**
 * How the group begins at a node: all founders have the same snapshot, as all nodes of a cluster
 * do. When the group was lost and is founded again, its log goes on at an index that none of before
 * can have had, as after a recovery: so no token is given twice, and nodes that still have a log of
 * before follow the new one.
 */
record LockFounding(LockKeepers keepers, LockRules rules) {
  private static final EntryId FIRST = new EntryId(1, 1);

  /**
   * The generation of a group that is to be founded.
   *
   * @param before the keepers that are recorded
   * @param recovered the generation of the metadata group's last recovery
   * @param chance any number
   */
  static long generation(LockKeepers before, long recovered, int chance) {
    if (!before.isFounded()) {
      return 0;
    }
    long known =
        Math.max(Math.max(before.generation(), Recovery.generationOf(before.term())), recovered);
    return Recovery.fromNothing(known, chance).generation();
  }

  /** Whether a node is to begin with this group, rather than go on with what it holds. */
  boolean isDue(NodeId self, RaftStore.Image stored) {
    boolean fresh = stored.snapshot() == null && stored.hardState().term() == 0;
    return keepers.generation() > generationOf(stored)
        || (fresh && keepers.founders().contains(self));
  }

  private static long generationOf(RaftStore.Image stored) {
    RaftStore.Snapshot snapshot = stored.snapshot();
    List<RaftStore.LogEntry> entries = stored.entries();
    return Recovery.generationOf(
        !entries.isEmpty() ? entries.getLast().term() : snapshot == null ? 0 : snapshot.term());
  }

  /**
   * What is to be made durable first, in place of all that a node holds.
   *
   * @param before of the node, which may have voted in this group already
   */
  RaftStore.Change genesis(RaftStore.HardState before) {
    boolean again = keepers.generation() > 0;
    Recovery recovery = again ? new Recovery(keepers.generation(), EntryId.ZERO) : null;
    EntryId first = recovery == null ? FIRST : recovery.first();
    Membership membership =
        new Membership(
            keepers.founders(),
            Membership.NONE.learners(),
            recovery == null ? List.of() : List.of(recovery));
    Snapshot snapshot = new Snapshot(first, membership, new LockTable(rules).encode());
    return new RaftStore.Change(
        before.term() < first.term() ? new RaftStore.HardState(first.term(), 0) : before,
        new RaftStore.Snapshot(snapshot.index(), snapshot.term(), snapshot.body()),
        false,
        List.of());
  }

  /** What a node holds once such a change is durable. */
  static RaftStore.Image image(RaftStore.Change genesis) {
    return new RaftStore.Image(
        Objects.requireNonNull(genesis.hardState()), genesis.snapshot(), List.of());
  }
}
