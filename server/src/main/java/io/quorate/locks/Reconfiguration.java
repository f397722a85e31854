package io.quorate.locks;

import io.quorate.event.Event;
import io.quorate.model.LockKeepers;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.Recovery;
import io.quorate.runtime.LaneTime;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has the voters of the group follow those of the metadata group, at the leader. The metadata group
 * knows of a change of voters before it is made: so no node that votes leaves the cluster, and all
 * know when the group is lost (docs/design/locks.md#keepers).
 */
final class Reconfiguration {
  /** How many looks lie between two attempts of a leader that is to vote no more. */
  private static final int HAND_OVER_LOOKS = 10;

  /** How long a record may take. */
  private static final long RECORD_NANOS = 5_000_000_000L;

  private final NodeId self;
  private final Raft raft;
  private final LockRules rules;
  private final LaneTime time;
  private final Locks.Cluster cluster;
  private final Consumer<Event> events;
  private boolean recording;
  private int looks;

  Reconfiguration(
      NodeId self,
      Raft raft,
      LockRules rules,
      LaneTime time,
      Locks.Cluster cluster,
      Consumer<Event> events) {
    this.self = self;
    this.raft = raft;
    this.rules = rules;
    this.time = time;
    this.cluster = cluster;
    this.events = events;
  }

  /** Makes the next change that is due, or hands over. Only a leader does. */
  void look() {
    looks++;
    LockVoters group = new LockVoters(raft.membership(), cluster.voters(), cluster.members(), self);
    if (raft.hasSettledMembership()) {
      change(group);
    }
    if (group.handsOver() && looks % HAND_OVER_LOOKS == 0) {
      List<NodeId> heirs = List.copyOf(cluster.voters());
      String unused = raft.transferLeadership(heirs.get(looks / HAND_OVER_LOOKS % heirs.size()));
    }
  }

  private void change(LockVoters group) {
    MembershipChange change = group.due().stream().filter(raft::takes).findFirst().orElse(null);
    if (!isRecorded(change)) {
      record(change);
    } else if (change != null && raft.changeMembership(change) instanceof Proposal.Accepted) {
      events.accept(LockEvent.VOTERS_FOLLOWED);
    }
  }

  private SortedSet<NodeId> votersAfter(@Nullable MembershipChange change) {
    Membership membership = raft.membership();
    return change == null ? membership.voters() : membership.after(change).voters();
  }

  /** Whether the metadata group knows who votes, and will once a change is made. */
  private boolean isRecorded(@Nullable MembershipChange change) {
    if (!rules.recordsVoters()) {
      return true;
    }
    LockKeepers recorded = cluster.keepers();
    SortedSet<NodeId> voters = raft.membership().voters();
    SortedSet<NodeId> next = votersAfter(change);
    boolean altersVoters = !next.equals(voters);
    return recorded.voters().equals(voters)
        && recorded.next().equals(next)
        && (altersVoters ? isOwn(recorded) : knowsGeneration(recorded));
  }

  /** Once there is a record of this term, those of earlier leaders, which come late, do nothing. */
  private boolean isOwn(LockKeepers recorded) {
    return recorded.term() == raft.term();
  }

  /** So that, when the group is founded again, it counts from a later generation than this one. */
  private boolean knowsGeneration(LockKeepers recorded) {
    long generation = raft.generation();
    return recorded.generation() == generation
        || Recovery.generationOf(recorded.term()) == generation;
  }

  private void record(@Nullable MembershipChange change) {
    if (recording) {
      return;
    }
    recording = true;
    cluster.keep(
        cluster.keepers().recorded(raft.term(), raft.membership().voters(), votersAfter(change)),
        time.clock().nanos() + RECORD_NANOS,
        () -> recording = false);
  }
}
