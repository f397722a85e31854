package io.quorate.metadata;

import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.cluster.VoterChoice;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What the metadata group lacks to be that of the cluster's members. One change is made at a time,
 * each of at most one voter, so that majorities before and after always meet (thesis 4.1).
 */
final class GroupMembership {
  private GroupMembership() {}

  /**
   * The changes that are due, those that should be tried first in front; empty if all is well.
   *
   * <p>A voter that is no member is removed before another one is promoted: it is gone for good,
   * and the majority of the voters that are left is not larger than before. A new member learns
   * before it votes; the leader refuses to promote one that has not caught up, and the next may be
   * tried. A member that is to leave votes until another votes in its place, or, where there is
   * none, until it has given its partitions away.
   *
   * @param leader goes last, if it is to go; one that is to leave hands over first, see {@link
   *     #heirs}
   * @param owns whether a member has partitions
   * @param silent whether the leader has not heard a member for long
   */
  static List<MembershipChange> due(
      Membership group,
      Collection<Member> members,
      NodeId leader,
      Predicate<NodeId> owns,
      Predicate<NodeId> silent) {
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
    Set<NodeId> wanted = wanted(group, members, silent);
    for (NodeId node : wanted) {
      if (group.isLearner(node)) {
        due.add(new MembershipChange.Promote(node));
      }
    }
    if (group.voters().containsAll(wanted)) {
      for (NodeId node : released(group, members, owns)) {
        if (!node.equals(leader)) {
          due.add(new MembershipChange.Demote(node));
        }
      }
    }
    if (!known.contains(leader)) {
      due.add(new MembershipChange.Remove(leader));
    }
    return due;
  }

  /**
   * The member that a leader may hand over to when it is to leave the cluster, once nothing else is
   * due; empty if it goes on leading.
   */
  static List<NodeId> heirs(
      Membership group,
      Collection<Member> members,
      NodeId leader,
      Predicate<NodeId> owns,
      Predicate<NodeId> silent) {
    Set<NodeId> wanted = wanted(group, members, silent);
    return group.voters().containsAll(wanted) && released(group, members, owns).contains(leader)
        ? List.copyOf(wanted)
        : List.of();
  }

  /**
   * Returns the desired voters: present ones that stay, and of the other members those that are
   * active and reachable.
   */
  private static Set<NodeId> wanted(
      Membership group, Collection<Member> members, Predicate<NodeId> silent) {
    List<Member> eligible = new ArrayList<>();
    List<NodeId> staying = new ArrayList<>();
    for (Member member : members) {
      boolean stays = group.isVoter(member.id()) && member.state() != State.LEAVING;
      if (stays) {
        staying.add(member.id());
      }
      boolean atRest = member.state() == State.ACTIVE && !member.down();
      if (stays || (atRest && !silent.test(member.id()))) {
        eligible.add(member);
      }
    }
    return VoterChoice.of(eligible, staying);
  }

  /** Voters that are to leave the cluster, and need not vote any more. */
  private static List<NodeId> released(
      Membership group, Collection<Member> members, Predicate<NodeId> owns) {
    boolean spare = group.voters().size() % 2 == 0;
    return members.stream()
        .filter(member -> member.state() == State.LEAVING && group.isVoter(member.id()))
        .map(Member::id)
        .filter(node -> spare || !owns.test(node))
        .toList();
  }
}
