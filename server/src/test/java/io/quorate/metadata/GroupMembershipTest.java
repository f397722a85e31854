package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Clusters;
import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.raft.Membership;
import io.quorate.raft.MembershipChange;
import io.quorate.raft.MembershipChange.AddLearner;
import io.quorate.raft.MembershipChange.Demote;
import io.quorate.raft.MembershipChange.Promote;
import io.quorate.raft.MembershipChange.Remove;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class GroupMembershipTest {
  private final List<Member> members = new ArrayList<>(Clusters.members(3));

  @Test
  void aGroupOfTheMembersIsLeftAlone() {
    assertThat(due(group(1, 2, 3), members, id(1))).isEmpty();
    assertThat(due(group(1, 2, 3, 4, 5), Clusters.members(7), id(1)))
        .as("voters stay, though other members could vote")
        .containsExactly(new AddLearner(id(6)), new AddLearner(id(7)));
  }

  @Test
  void theLostOneGoesBeforeItsSuccessorVotes() {
    members.set(1, Clusters.member(22, "local", "b"));
    Membership group = group(1, 2, 3);
    List<String> made = new ArrayList<>();
    for (List<MembershipChange> due = due(group, members, id(1));
        !due.isEmpty();
        due = due(group, members, id(1))) {
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
    assertThat(due(group(1, 2, 3), members, id(2)))
        .containsExactly(new AddLearner(id(22)), new Remove(id(2)));
  }

  @Test
  void anotherVotesBeforeOneThatIsToLeaveStops() {
    members.add(Clusters.member(4, "local", "b"));
    members.set(1, in(members.get(1), State.LEAVING));
    assertThat(due(group(1, 2, 3).after(new AddLearner(id(4))), members, id(1)))
        .containsExactly(new Promote(id(4)));
    assertThat(due(group(1, 2, 3, 4), members, id(1))).containsExactly(new Demote(id(2)));
    assertThat(due(group(1, 3, 4).after(new AddLearner(id(2))), members, id(1))).isEmpty();
  }

  @Test
  void withoutASuccessorItVotesUntilItHasGivenAllAway() {
    members.set(1, in(members.get(1), State.LEAVING));
    assertThat(due(group(1, 2, 3), members, id(1))).isEmpty();
    assertThat(GroupMembership.due(group(1, 2, 3), members, id(1), owner -> false, silent -> false))
        .containsExactly(new Demote(id(2)));
  }

  @Test
  void aLeaderThatIsToLeaveHandsOverOnceAllElseIsDone() {
    members.add(Clusters.member(4, "local", "b"));
    members.set(1, in(members.get(1), State.LEAVING));
    Membership learning = group(1, 2, 3).after(new AddLearner(id(4)));
    assertThat(GroupMembership.heirs(learning, members, id(2), owner -> true, silent -> false))
        .isEmpty();
    assertThat(due(group(1, 2, 3, 4), members, id(2))).isEmpty();
    assertThat(
            GroupMembership.heirs(
                group(1, 2, 3, 4), members, id(2), owner -> true, silent -> false))
        .containsExactly(id(1), id(3), id(4));
    assertThat(
            GroupMembership.heirs(
                group(1, 2, 3, 4), members, id(1), owner -> true, silent -> false))
        .isEmpty();
  }

  @Test
  void aSpareJoiningOrDownMemberOnlyLearns() {
    Membership group = group(1, 2);
    for (int node = 3; node <= 5; node++) {
      group = group.after(new AddLearner(id(node)));
    }
    members.set(2, in(members.get(2), State.SPARE));
    members.add(in(Clusters.member(4, "local", "c"), State.JOINING));
    Member fifth = Clusters.member(5, "local", "c");
    Member down =
        new Member(
            fifth.id(),
            fifth.address(),
            fifth.region(),
            fifth.zone(),
            1,
            1,
            Releases.THIS,
            State.ACTIVE,
            true,
            "");
    assertThat(due(group, with(down), id(1))).isEmpty();
    assertThat(due(group, with(fifth), id(1))).containsExactly(new Promote(id(5)));
  }

  private List<Member> with(Member member) {
    List<Member> all = new ArrayList<>(members);
    all.add(member);
    return all;
  }

  private static Member in(Member member, State state) {
    return new Member(
        member.id(),
        member.address(),
        member.region(),
        member.zone(),
        1,
        1,
        Releases.THIS,
        state,
        false,
        "");
  }

  private static List<MembershipChange> due(
      Membership group, Collection<Member> members, NodeId leader) {
    return GroupMembership.due(group, members, leader, owner -> true, silent -> false);
  }

  private static NodeId id(long value) {
    return new NodeId(value);
  }

  private static Membership group(long... voters) {
    return Membership.of(LongStream.of(voters).mapToObj(NodeId::new).toList(), List.of());
  }
}
