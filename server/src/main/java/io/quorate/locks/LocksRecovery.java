package io.quorate.locks;

import io.quorate.group.RaftDriver;
import io.quorate.model.NodeId;
import io.quorate.raft.Entry;
import io.quorate.raft.EntryId;
import io.quorate.raft.EntryType;
import io.quorate.raft.Membership;
import io.quorate.raft.RaftImage;
import io.quorate.raft.Recovery;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.util.List;

/**
 * What is to be done with the group that keeps locks when the majority of the metadata group is
 * lost for good, whose voters are its own: the one survivor of the recovery goes on alone, with
 * what its log holds, and from an index that no entry of before can have had. So a token is never
 * given twice, and what was granted and is lost is fenced by all that is granted later.
 */
public final class LocksRecovery {
  private LocksRecovery() {}

  /**
   * Makes a stopped node the only voter.
   *
   * @param stored what it holds of the group: nothing, if it had no part in it
   * @param generation of the recovery of the metadata group
   * @return what is to be made durable, before the recovery of the metadata group is
   * @throws IllegalArgumentException if there cannot be another recovery
   */
  public static RaftStore.Change recover(NodeId survivor, RaftStore.Image stored, long generation) {
    RaftImage image = RaftDriver.image(stored);
    Snapshot snapshot = image.snapshot();
    EntryId last = snapshot == null ? EntryId.ZERO : snapshot.last();
    Membership membership = snapshot == null ? Membership.NONE : snapshot.membership();
    LockTable table =
        snapshot == null
            ? new LockTable(LockRules.ALL)
            : LockTable.decode(snapshot.state(), LockRules.ALL);
    for (Entry entry : image.entries()) {
      last = entry.id();
      if (entry.type() == EntryType.MEMBERSHIP) {
        membership = Membership.decode(entry.payload());
      } else if (entry.type() == EntryType.NORMAL) {
        // What its log holds counts as decided, for there is no other.
        table.apply(LockCommand.decode(entry.payload()), entry.index(), new NoEffects());
      }
    }
    Recovery recovery = next(last, image.hardState().term(), generation);
    EntryId first = recovery.first();
    Snapshot next = new Snapshot(first, membership.recovered(survivor, recovery), table.encode());
    return new RaftStore.Change(
        new RaftStore.HardState(first.term(), 0),
        new RaftStore.Snapshot(first.index(), first.term(), next.body()),
        false,
        List.of());
  }

  /**
   * The generation is that of the metadata group, which is later than any that this group had. If
   * the log of this group has passed the indices of that generation, it is the next one after them.
   */
  private static Recovery next(EntryId last, long term, long generation) {
    Recovery recovery = Recovery.next(last, term, (int) generation);
    if (generation > recovery.generation()) {
      recovery = new Recovery(generation, last);
    }
    while (recovery.firstNumber() <= last.index()) {
      recovery = Recovery.next(last, recovery.first().term(), (int) generation);
    }
    return recovery;
  }

  private static final class NoEffects implements LockTable.Effects {
    @Override
    public void granted(String name, Hold hold, Asker asker) {}

    @Override
    public void isHeld(String name, Hold by, Asker asker) {}

    @Override
    public void refused(LockAnswer.Kind kind, String why, Asker asker) {}

    @Override
    public void queued(String name, Waiter waiter) {}

    @Override
    public void released(boolean wasHeld, Asker asker) {}

    @Override
    public void ended(String name, Hold hold) {}
  }
}
