package io.quorate.metadata;

import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.cluster.VoterChoice;
import io.quorate.metadata.VoteKept.Why;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the metadata group lacks to be that of the cluster's members. One change is made at a time,
 * each of at most one voter, so that majorities before and after always meet (thesis 4.1).
 *
 * @param leader goes last, if it is to go; one that is to leave hands over first, see {@link
 *     #heirs}
 * @param owns whether a member has partitions
 * @param silent whether the leader has not heard a member for long
 */
record GroupMembership(
    Membership group,
    Collection<Member> members,
    NodeId leader,
    Predicate<NodeId> owns,
    Predicate<NodeId> silent) {
  /** A spare votes if this many regions have members that are none: it makes a third place. */
  private static final int REGIONS_WITH_WITNESS = 2;

  /**
   * The changes that are due, those that should be tried first in front; empty if all is well.
   *
   * <p>A voter that is no member is removed before another one is promoted: it is gone for good,
   * and the majority of the voters that are left is not larger than before. A new member learns
   * before it votes; the leader refuses to promote one that has not caught up, and the next may be
   * tried. A member that is to leave votes until another votes in its place, or, where there is
   * none and none to come, until it has given its partitions away. A voter that gives way to one of
   * another region votes until that one does, and while enough others are heard.
   */
  List<MembershipChange> due() {
    List<MembershipChange> due = new ArrayList<>();
    Set<NodeId> known = new TreeSet<>();
    members.forEach(member -> known.add(member.id()));
    for (NodeId node : known) {
      if (!group.contains(node)) {
        due.add(new MembershipChange.AddLearner(node));
      }
    }
    for (NodeId node : group.members()) {
      if (!known.contains(node) && !node.equals(leader)) {
        due.add(new MembershipChange.Remove(node));
      }
    }
    Set<NodeId> wanted = wanted();
    for (NodeId node : wanted) {
      MembershipChange promote = new MembershipChange.Promote(node);
      if (group.isLearner(node)
          && (votersThatStay() < wanted.size() || survivesLossAfter(promote))) {
        due.add(promote);
      }
    }
    if (group.voters().containsAll(wanted)) {
      for (NodeId node : released()) {
        if (!node.equals(leader) && mayGo(node)) {
          due.add(new MembershipChange.Demote(node));
        }
      }
      for (NodeId node : givingWay(wanted)) {
        MembershipChange demote = new MembershipChange.Demote(node);
        if (survivesLossAfter(demote) || spareVoters(group.after(demote)) >= spareVoters(group)) {
          due.add(demote);
        }
      }
    }
    if (!known.contains(leader)) {
      due.add(new MembershipChange.Remove(leader));
    }
    return due;
  }

  /**
   * Members that are to leave, own nothing any more, and still vote, with what their votes are
   * needed for.
   *
   * @param refusals of changes that are due, by the node that they are about
   */
  SortedMap<NodeId, VoteKept> kept(Map<NodeId, String> refusals) {
    SortedMap<NodeId, VoteKept> kept = new TreeMap<>();
    for (NodeId node : released()) {
      if (!owns.test(node)) {
        kept.put(node, kept(node, refusals));
      }
    }
    return kept;
  }

  private VoteKept kept(NodeId node, Map<NodeId, String> refusals) {
    List<NodeId> lacking = wanted().stream().filter(each -> !group.isVoter(each)).toList();
    if (!lacking.isEmpty()) {
      String refusal =
          lacking.stream().map(refusals::get).filter(Objects::nonNull).findFirst().orElse("");
      return new VoteKept(
          node,
          Why.OTHERS_ARE_TO_VOTE,
          "nodes %s are to vote in its place, and do not yet%s"
              .formatted(lacking, refusal.isEmpty() ? "" : ": " + refusal));
    }
    if (node.equals(leader)) {
      return new VoteKept(node, Why.LEADS, "it leads the group until another voter takes over");
    }
    return mayGo(node)
        ? new VoteKept(node, Why.NEEDED, refusals.getOrDefault(node, "another change comes first"))
        : new VoteKept(
            node,
            Why.OTHERS_JOIN,
            "nodes that are joining vote in its place once they have their partitions");
  }

  /**
   * The member that a leader may hand over to when it is to leave the cluster, once nothing else is
   * due; empty if it goes on leading.
   */
  List<NodeId> heirs() {
    Set<NodeId> wanted = wanted();
    return group.voters().containsAll(wanted) && released().contains(leader)
        ? List.copyOf(wanted)
        : List.of();
  }

  /**
   * Returns the desired voters: of those that vote, and of the other members that are active or
   * witnesses, and reachable.
   */
  private Set<NodeId> wanted() {
    List<Member> eligible = new ArrayList<>();
    List<NodeId> staying = new ArrayList<>();
    for (Member member : members) {
      boolean stays = stays(member);
      if (stays) {
        staying.add(member.id());
      }
      if (stays || (member.state() == State.ACTIVE && !isAway(member))) {
        eligible.add(member);
      }
    }
    Member witness = newWitness();
    if (witness != null) {
      eligible.add(witness);
    }
    return VoterChoice.of(eligible, staying, leader, this::isAway);
  }

  private boolean stays(Member member) {
    return group.isVoter(member.id()) && member.state() != State.LEAVING;
  }

  private int votersThatStay() {
    return (int) members.stream().filter(this::stays).count();
  }

  /**
   * The spare that is to vote, though it holds no data, so that the group goes on without one of
   * two regions that do: it stands in a third one. One is enough; null if there is none, or one
   * votes already.
   */
  private @Nullable Member newWitness() {
    Set<String> regions = new TreeSet<>();
    for (Member member : members) {
      if (!member.isSpare()) {
        regions.add(member.region());
      }
    }
    if (regions.size() != REGIONS_WITH_WITNESS) {
      return null;
    }
    List<Member> apart =
        members.stream().filter(member -> !regions.contains(member.region())).toList();
    return apart.stream().anyMatch(this::stays)
        ? null
        : apart.stream()
            .filter(member -> !isAway(member))
            .min(Comparator.comparing(Member::id))
            .orElse(null);
  }

  private boolean isAway(Member member) {
    return member.down() || silent.test(member.id());
  }

  private boolean isAway(NodeId node) {
    return members.stream().anyMatch(member -> member.id().equals(node) && isAway(member));
  }

  /** Voters that are to leave the cluster, and need not vote any more. */
  private List<NodeId> released() {
    boolean spare = group.voters().size() % 2 == 0;
    return members.stream()
        .filter(member -> member.state() == State.LEAVING && group.isVoter(member.id()))
        .map(Member::id)
        .filter(node -> spare || !owns.test(node))
        .toList();
  }

  /**
   * Whether one that is to leave may vote no more: nothing is lost by that, as where it is away, or
   * none is to come in its place. Those that are joining vote when they have their partitions.
   */
  private boolean mayGo(NodeId leaving) {
    MembershipChange demote = new MembershipChange.Demote(leaving);
    return survivesLossAfter(demote)
        || spareVoters(group.after(demote)) >= spareVoters(group)
        || members.stream().noneMatch(member -> member.state() == State.JOINING && !isAway(member));
  }

  /** Voters that are to vote no more, those away first; none while another is still to leave. */
  private List<NodeId> givingWay(Set<NodeId> wanted) {
    List<NodeId> voting = members.stream().map(Member::id).filter(group::isVoter).toList();
    return voting.size() > votersThatStay()
        ? List.of()
        : voting.stream()
            .filter(node -> !wanted.contains(node))
            .sorted(Comparator.comparing(node -> !isAway(node)))
            .toList();
  }

  /** Whether a further voter may then be lost before the group stands still. */
  private boolean survivesLossAfter(MembershipChange change) {
    return spareVoters(group.after(change)) > 0;
  }

  /** How many of those that are heard are more than a majority. */
  private int spareVoters(Membership then) {
    long away = then.voters().stream().filter(this::isAway).count();
    return then.voters().size() - (int) away - then.majority();
  }
}
