package io.quorate.metadata;

import io.quorate.cluster.Member;
import io.quorate.cluster.VoterChoice;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the metadata group lacks to be that of the cluster's members. One change is made at a time,
 * each of at most one voter, so that majorities before and after always meet (thesis 4.1).
 */
final class GroupMembership {
  private GroupMembership() {}

  /**
   * The changes that are due, those that should be tried first in front; empty if all is well.
   *
   * <p>Who is no member goes before another is promoted: it is gone for good, and the majority of
   * the voters that are left is not larger than before. A new member learns before it votes; the
   * leader refuses to promote one that has not caught up, and the next may be tried.
   *
   * @param leader goes last, if it is to go
   */
  static List<MembershipChange> due(Membership group, Collection<Member> members, NodeId leader) {
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
    Set<NodeId> wanted = VoterChoice.of(members, group.voters());
    for (NodeId node : wanted) {
      if (group.isLearner(node)) {
        due.add(new MembershipChange.Promote(node));
      }
    }
    if (!known.contains(leader)) {
      due.add(new MembershipChange.Remove(leader));
    }
    return due;
  }
}
