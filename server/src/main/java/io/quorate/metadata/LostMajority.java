package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.GroupRecovery;
import io.quorate.group.RaftDriver;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
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
 * What is to be done when the majority of the metadata group's voters is lost for good. The data
 * plane goes on serving; but no command can be decided, until an operator has one survivor, which
 * is stopped, become the only voter. All others follow it when it starts, and vote again as members
 * usually come to ({@link GroupMembership}).
 *
 * <p>What the survivor's log holds counts as decided, for no node is left that could tell. The
 * recovered log begins with a snapshot of that, far above all indices and terms there were. So it
 * can only be followed by taking that snapshot, and there each node compares: one that has acted
 * upon what the snapshot lacks does not take it, and stops with {@link #abandoned}. Voters of
 * before who come back cannot elect one of their own once they have heard of the recovery (see
 * {@link Recovery}); what they decide before they do has epochs that every replica with a later one
 * refuses, and makes them stop when they hear of it.
 */
public final class LostMajority {
  private LostMajority() {}

  /**
   * What a node held when it stopped.
   *
   * @throws IllegalArgumentException if it holds nothing
   * @throws RuntimeException if the bytes are damaged or of another version; says so
   */
  public static GroupRecord inspect(RaftStore.Image stored) {
    RaftImage image = RaftDriver.image(stored);
    Snapshot snapshot = snapshot(image);
    EntryId last = image.entries().isEmpty() ? snapshot.last() : image.entries().getLast().id();
    return new GroupRecord(
        Math.max(image.hardState().term(), last.term()),
        last,
        snapshot.last(),
        membership(image),
        MetadataState.decode(snapshot.state()).cluster());
  }

  private static Snapshot snapshot(RaftImage image) {
    Snapshot snapshot = image.snapshot();
    if (snapshot == null) {
      throw new IllegalArgumentException("this node was never part of a cluster");
    }
    return snapshot;
  }

  private static Membership membership(RaftImage image) {
    Membership membership = snapshot(image).membership();
    for (Entry entry : image.entries()) {
      if (entry.type() == EntryType.MEMBERSHIP) {
        membership = Membership.decode(entry.payload());
      }
    }
    return membership;
  }

  /**
   * Makes a stopped node the only voter.
   *
   * @param chance any number; tells apart recoveries that do not know of each other
   * @param atMillis now
   * @param by the user who does it, for the record
   * @param release that does it
   * @return what is to be made durable; nothing has happened before it is
   * @throws IllegalArgumentException if there is no sense in it; says why
   */
  public static Recovered recover(
      NodeId survivor,
      RaftStore.Image stored,
      int chance,
      long atMillis,
      String by,
      Release release) {
    GroupRecord before = inspect(stored);
    if (!before.state().members().containsKey(survivor)) {
      throw new IllegalArgumentException(
          "node %s has left cluster %s, so the others would not follow it: take another"
              .formatted(survivor, before.state().clusterId()));
    }
    Recovery recovery = Recovery.next(before.last(), before.term(), chance);
    GroupRecovery record =
        new GroupRecovery(
            recovery.generation(),
            survivor,
            before.last().term(),
            before.last().index(),
            atMillis,
            by,
            List.copyOf(before.membership().voters()));
    RaftImage image = RaftDriver.image(stored);
    MetadataState folded = MetadataState.decode(snapshot(image).state());
    for (Entry entry : image.entries()) {
      if (entry.type() == EntryType.NORMAL) {
        var unused = folded.apply(NumberedCommand.decode(entry.payload()), entry.index());
      }
    }
    String tooNew = ClusterVersionRule.refusalOf(folded.cluster(), release);
    if (tooNew != null) {
      throw new IllegalArgumentException(tooNew);
    }
    MetadataState next = folded.recovered(record, recovery.firstNumber());
    if (!next.cluster().members().containsKey(survivor)) {
      throw new IllegalArgumentException(
          "the log of node %s ends with its own removal from cluster %s: take another survivor"
              .formatted(survivor, before.state().clusterId()));
    }
    EntryId first = recovery.first();
    Snapshot snapshot =
        new Snapshot(first, before.membership().recovered(survivor, recovery), next.encode());
    return new Recovered(
        record,
        next.cluster(),
        new RaftStore.Change(
            new RaftStore.HardState(first.term(), 0),
            new RaftStore.Snapshot(first.index(), first.term(), snapshot.body()),
            false,
            List.of()));
  }

  /**
   * @param record what is remembered of it
   * @param state what the cluster goes on with
   * @param change all of it, for the survivor's store
   */
  public record Recovered(GroupRecovery record, ClusterState state, RaftStore.Change change) {}

  /** What is said of a node that cannot follow a recovered group. */
  static String abandoned(NodeId node, Recovery recovery, EntryId committed) {
    return ("node %s has acted upon entry %s of the metadata log (term/index), and the group was"
            + " recovered, by 'quorate metadata recover', from a log that ended at %s and lacks"
            + " it (recovery %s). It cannot go on with that, and the cluster will not come to"
            + " know it: delete the data directory, start the node, and run 'quorate cluster"
            + " readmit' for its address; it is filled from the other replicas. Writes that"
            + " only it and lost nodes acknowledged go with it, so keep a copy of the directory"
            + " until nothing is missed")
        .formatted(node, committed, recovery.after(), Long.toHexString(recovery.generation()));
  }
}
