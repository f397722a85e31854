package io.quorate.metadata;

import io.quorate.cluster.ClusterState;
import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.raft.MembershipChange;
import io.quorate.raft.Proposal;
import io.quorate.raft.Raft;
import io.quorate.raft.Role;
import io.quorate.runtime.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The leader makes the group that of the cluster's members, change by change; one that is to leave
 * the cluster hands over, and so does one that should stand in another region.
 */
final class Reconfiguration {
  /** Between two attempts of a leader that is to leave the cluster. */
  private static final long HAND_OVER_NANOS = 3_000_000_000L;

  /**
   * How long a leader outside of the preferred region leads before it hands over, and between two
   * attempts: so that a voter that comes and goes does not take the leader with it each time.
   */
  private static final long SETTLED_NANOS = 30_000_000_000L;

  private final NodeId self;
  private final Raft raft;
  private final Clock clock;
  private final Silence silence;
  private final PreferredRegion preferred;
  private final Consumer<? super Event> events;
  private final KeptVotes keptVotes;

  /** When leadership was last handed over, or that was tried; and how often. */
  private long handOverNanos;

  private int handOvers;

  /** Since when this node leads, or does not. */
  private long ledNanos;

  Reconfiguration(
      NodeId self,
      Raft raft,
      Clock clock,
      Silence silence,
      PreferredRegion preferred,
      Consumer<? super Event> events) {
    this.self = self;
    this.raft = raft;
    this.clock = clock;
    this.silence = silence;
    this.preferred = preferred;
    this.events = events;
    this.keptVotes = new KeptVotes(events);
    ledNanos = clock.nanos();
    handOverNanos = clock.nanos() - HAND_OVER_NANOS;
  }

  /** Takes the next step, if this node leads and one is due. */
  void tick(ClusterState cluster) {
    if (raft.role() != Role.LEADER) {
      silence.forget();
      keptVotes.forget();
      ledNanos = clock.nanos();
      return;
    }
    silence.look(raft, clock.nanos());
    Map<NodeId, String> refusals = new TreeMap<>();
    GroupMembership membership = membership(cluster);
    for (MembershipChange change : membership.due()) {
      switch (raft.changeMembership(change)) {
        case Proposal.Accepted accepted -> {
          events.accept(MetadataEvent.GROUP_FOLLOWED_MEMBERS);
          return;
        }
        case Proposal.Refused refused -> refusals.put(change.node(), refused.why());
        case Proposal.NotLeader not -> {}
      }
    }
    keptVotes.look(membership.kept(refusals), clock.nanos());
    List<NodeId> heirs = membership.heirs();
    if (!heirs.isEmpty()) {
      handOver(heirs, HAND_OVER_NANOS);
    } else if (clock.nanos() - ledNanos >= SETTLED_NANOS) {
      handOver(preferred.heirs(cluster, clock.nanos()), SETTLED_NANOS);
    }
  }

  /** One after the other is tried, for any of them may be down; in between, commands are taken. */
  private void handOver(List<NodeId> heirs, long betweenNanos) {
    if (!heirs.isEmpty() && clock.nanos() - handOverNanos >= betweenNanos) {
      handOverNanos = clock.nanos();
      NodeId heir = heirs.get(handOvers++ % heirs.size());
      if (raft.transferLeadership(heir) == null) {
        events.accept(MetadataEvent.LEADER_HANDED_OVER);
      }
    }
  }

  private GroupMembership membership(ClusterState cluster) {
    return new GroupMembership(
        raft.membership(), cluster.members().values(), self, cluster::owns, silence::isSilent);
  }
}
