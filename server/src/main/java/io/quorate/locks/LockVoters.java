package io.quorate.locks;

import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What the group lacks to have the voters of the metadata group, one change at a time. Nodes that
 * do not vote take no part: requests are forwarded.
 *
 * @param group as it is
 * @param voters of the metadata group
 * @param members of the cluster
 * @param leader of the group, which goes last
 */
record LockVoters(Membership group, Set<NodeId> voters, Set<NodeId> members, NodeId leader) {

  /** The changes that are due, those to be tried first in front. */
  List<MembershipChange> due() {
    List<MembershipChange> due = new ArrayList<>();
    if (voters.isEmpty()) {
      return due;
    }
    for (NodeId node : group.members()) {
      if (!members.contains(node) && !node.equals(leader)) {
        due.add(new MembershipChange.Remove(node)); // it is gone for good
      }
    }
    for (NodeId node : voters) {
      if (group.isLearner(node)) {
        due.add(new MembershipChange.Promote(node));
      } else if (!group.contains(node)) {
        due.add(new MembershipChange.AddLearner(node));
      }
    }
    if (group.voters().containsAll(voters)) {
      for (NodeId node : group.members()) {
        if (!voters.contains(node) && !node.equals(leader)) {
          due.add(new MembershipChange.Remove(node));
        }
      }
    }
    return due;
  }

  /** Whether the leader is to hand over, as it votes no more once another leads. */
  boolean handsOver() {
    return !voters.contains(leader) && !voters.isEmpty() && group.voters().containsAll(voters);
  }
}
