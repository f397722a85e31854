package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Clusters;
import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import io.quorate.raft.MembershipChange.AddLearner;
import io.quorate.raft.MembershipChange.Promote;
import io.quorate.raft.MembershipChange.Remove;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GroupMembershipTest {
  private final List<Member> members = new ArrayList<>(Clusters.members(3));

  @Test
  void aGroupOfTheMembersIsLeftAlone() {
    assertThat(GroupMembership.due(group(1, 2, 3), members, id(1))).isEmpty();
    assertThat(GroupMembership.due(group(1, 2, 3, 4, 5), Clusters.members(7), id(1)))
        .as("those who vote stay, whoever else might")
        .containsExactly(new AddLearner(id(6)), new AddLearner(id(7)));
  }

  @Test
  void theLostOneGoesBeforeItsSuccessorVotes() {
    members.set(1, Clusters.member(22, "local", "b"));
    Membership group = group(1, 2, 3);
    List<String> made = new ArrayList<>();
    for (List<MembershipChange> due = GroupMembership.due(group, members, id(1));
        !due.isEmpty();
        due = GroupMembership.due(group, members, id(1))) {
      made.add(due.getFirst().toString());
      group = group.after(due.getFirst());
    }

    assertThat(made)
        .containsExactly(
            new AddLearner(id(22)).toString(),
            new Remove(id(2)).toString(),
            new Promote(id(22)).toString());
    assertThat(group).isEqualTo(group(1, 3, 22));
  }

  @Test
  void aLeaderThatIsNoMemberLeavesLast() {
    members.set(1, Clusters.member(22, "local", "b"));
    assertThat(GroupMembership.due(group(1, 2, 3), members, id(2)))
        .containsExactly(new AddLearner(id(22)), new Remove(id(2)));
  }

  private static NodeId id(long value) {
    return new NodeId(value);
  }

  private static Membership group(long... voters) {
    return Membership.of(LongStream.of(voters).mapToObj(NodeId::new).toList(), List.of());
  }
}
