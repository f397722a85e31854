package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Clusters;
import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.metadata.VoteKept.Why;
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
import java.util.Map;
import java.util.Set;
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

  /** The spare in a third region votes; one in a region that has members with data does not. */
  @Test
  void aWitnessInAThirdRegionTakesThePlaceOfOneOfTheMajority() {
    twoRegions();
    members.add(in(Clusters.member(7, "r1", "z7"), State.SPARE));
    members.add(in(Clusters.member(8, "r2", "z8"), State.SPARE));
    members.add(in(Clusters.member(9, "r2", "z9"), State.SPARE));
    Membership group = learning(group(1, 2, 3, 4, 5), 6, 7, 8, 9);
    List<String> made = new ArrayList<>();
    for (List<MembershipChange> due = due(group, members, id(3));
        !due.isEmpty();
        due = due(group, members, id(3))) {
      made.add(due.getFirst().toString());
      group = group.after(due.getFirst());
    }

    assertThat(made).containsExactly(new Promote(id(8)).toString(), new Demote(id(2)).toString());
    assertThat(group.voters()).containsExactlyInAnyOrder(id(1), id(3), id(4), id(5), id(8));
  }

  @Test
  void aSpareBesideOneRegionOrThreeIsNoWitness() {
    members.add(in(Clusters.member(4, "r2", "z"), State.SPARE));
    members.add(Clusters.member(5, "local", "z"));
    assertThat(due(learning(group(1, 2, 3), 4, 5), members, id(1))).isEmpty();

    members.clear();
    for (int node = 1; node <= 3; node++) {
      members.add(Clusters.member(node, "r" + node, "z"));
    }
    members.add(in(Clusters.member(4, "r4", "z"), State.SPARE));
    members.add(in(Clusters.member(5, "r5", "z"), State.SPARE));
    assertThat(due(learning(group(1, 2, 3), 4, 5), members, id(1))).isEmpty();
  }

  @Test
  void votersMoveOnlyWhileAFurtherOneMayBeLost() {
    twoRegions();
    members.add(Clusters.member(7, "r2", "z7"));
    Membership before = learning(group(1, 2, 3, 4, 5), 6, 7);
    assertThat(due(before, Set.of(4L))).containsExactly(new Promote(id(7)));
    assertThat(due(before, Set.of(4L, 5L))).as("two are away").isEmpty();
    assertThat(due(before, Set.of(7L))).as("the new one is away").isEmpty();

    Membership between = before.after(new Promote(id(7)));
    assertThat(due(between, Set.of(1L, 4L)))
        .as("the one that is away gives way")
        .containsExactly(new Demote(id(1)));
    assertThat(due(between, Set.of(4L, 5L)))
        .as("five that need three are no worse than six that need four")
        .containsExactly(new Demote(id(3)));
  }

  @Test
  void fiveOfWhichThreeStandInOneRegionBecomeThreeIfTheOthersHaveOneEach() {
    members.clear();
    for (int node = 1; node <= 5; node++) {
      members.add(Clusters.member(node, node <= 3 ? "r0" : "r" + node, "z"));
    }
    Membership group = group(1, 2, 3, 4, 5);
    assertThat(due(group, Set.of(4L))).as("three of four that are heard are no spare").isEmpty();
    assertThat(due(group, Set.of())).containsExactly(new Demote(id(1)), new Demote(id(3)));
    group = group.after(new Demote(id(1)));
    assertThat(due(group, Set.of())).containsExactly(new Demote(id(3)));
    group = group.after(new Demote(id(3)));
    assertThat(due(group, Set.of())).isEmpty();

    members.add(Clusters.member(6, "r4", "z"));
    group = group.after(new AddLearner(id(6)));
    assertThat(due(group, Set.of())).containsExactly(new Promote(id(1)), new Promote(id(6)));
  }

  /** Nodes 1 to 3 stand in one region, 4 to 6 in another. */
  private void twoRegions() {
    members.clear();
    for (int node = 1; node <= 6; node++) {
      members.add(Clusters.member(node, node <= 3 ? "r0" : "r1", "z" + node));
    }
  }

  private List<MembershipChange> due(Membership group, Set<Long> silent) {
    return new GroupMembership(
            group, members, id(2), owner -> true, node -> silent.contains(node.value()))
        .due();
  }

  private static Membership learning(Membership group, long... learners) {
    return Membership.of(group.voters(), LongStream.of(learners).mapToObj(NodeId::new).toList());
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
    assertThat(
            new GroupMembership(group(1, 2, 3), members, id(1), owner -> false, silent -> false)
                .due())
        .containsExactly(new Demote(id(2)));
  }

  /** Else a cluster two of whose three nodes are replaced at once had a single voter for a time. */
  @Test
  void itVotesUntilThoseThatJoinMayVote() {
    members.set(1, in(members.get(1), State.LEAVING));
    members.set(2, in(members.get(2), State.LEAVING));
    members.add(in(Clusters.member(4, "local", "b"), State.JOINING));
    Membership group = learning(group(1, 2, 3), 4);
    assertThat(dueOfThoseWithoutPartitions(group, Set.of())).isEmpty();
    assertThat(dueOfThoseWithoutPartitions(group, Set.of(2L)))
        .as("one that is away is no help")
        .containsExactly(new Demote(id(2)));
    assertThat(dueOfThoseWithoutPartitions(group, Set.of(4L)))
        .as("one that is away may never vote")
        .containsExactly(new Demote(id(2)), new Demote(id(3)));
    members.add(Clusters.member(5, "local", "b"));
    assertThat(dueOfThoseWithoutPartitions(learning(group(1, 2, 3, 5), 4), Set.of(5L)))
        .as("three of four that are heard are no better than two of three")
        .containsExactly(new Demote(id(2)), new Demote(id(3)));
  }

  /** Four of five bear a loss as well, and a spare node is not to vote. */
  @Test
  void itWaitsForNoneThatJoinIfItIsNotNeededOrNoneDo() {
    members.set(1, in(members.get(1), State.LEAVING));
    members.add(in(Clusters.member(4, "local", "b"), State.SPARE));
    assertThat(dueOfThoseWithoutPartitions(learning(group(1, 2, 3), 4), Set.of()))
        .containsExactly(new Demote(id(2)));

    members.set(3, Clusters.member(4, "local", "b"));
    members.add(Clusters.member(5, "local", "c"));
    members.add(in(Clusters.member(6, "local", "c"), State.JOINING));
    assertThat(dueOfThoseWithoutPartitions(learning(group(1, 2, 3, 4, 5), 6), Set.of()))
        .containsExactly(new Demote(id(2)));
    assertThat(dueOfThoseWithoutPartitions(learning(group(1, 2, 3, 4, 5), 6), Set.of(3L)))
        .as("three of four bear none")
        .isEmpty();
  }

  /** A removal that waits says what for. */
  @Test
  void aVoteThatIsKeptHasAReason() {
    members.set(1, in(members.get(1), State.LEAVING));
    assertThat(kept(group(1, 3), Map.of())).as("it votes no more").isEmpty();
    assertThat(kept(group(1, 2, 3), Map.of(id(2), "one is away")))
        .containsExactly(new VoteKept(id(2), Why.NEEDED, "one is away"));
    assertThat(membership(group(1, 2, 3), id(1), true).kept(Map.of()).values())
        .as("its partitions are waited for, which is shown")
        .isEmpty();
    assertThat(membership(group(1, 2, 3), id(2), false).kept(Map.of()).values())
        .extracting(VoteKept::why)
        .containsExactly(Why.LEADS);

    members.add(in(Clusters.member(4, "local", "b"), State.JOINING));
    assertThat(kept(learning(group(1, 2, 3), 4), Map.of()))
        .extracting(VoteKept::why)
        .containsExactly(Why.OTHERS_JOIN);
    members.set(3, Clusters.member(4, "local", "b"));
    assertThat(kept(learning(group(1, 2, 3), 4), Map.of(id(4), "it lacks 7 entries")))
        .containsExactly(
            new VoteKept(
                id(2),
                Why.OTHERS_ARE_TO_VOTE,
                "nodes [0000000000000004] are to vote in its place, and do not yet: it lacks 7"
                    + " entries"));
  }

  private Collection<VoteKept> kept(Membership group, Map<NodeId, String> refusals) {
    return membership(group, id(1), false).kept(refusals).values();
  }

  private GroupMembership membership(Membership group, NodeId leader, boolean owns) {
    return new GroupMembership(group, members, leader, owner -> owns, silent -> false);
  }

  private List<MembershipChange> dueOfThoseWithoutPartitions(Membership group, Set<Long> silent) {
    return new GroupMembership(
            group, members, id(1), owner -> false, node -> silent.contains(node.value()))
        .due();
  }

  @Test
  void aLeaderThatIsToLeaveHandsOverOnceAllElseIsDone() {
    members.add(Clusters.member(4, "local", "b"));
    members.set(1, in(members.get(1), State.LEAVING));
    Membership learning = group(1, 2, 3).after(new AddLearner(id(4)));
    assertThat(heirs(learning, id(2))).isEmpty();
    assertThat(due(group(1, 2, 3, 4), members, id(2))).isEmpty();
    assertThat(heirs(group(1, 2, 3, 4), id(2))).containsExactly(id(1), id(3), id(4));
    assertThat(heirs(group(1, 2, 3, 4), id(1))).isEmpty();
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
    return new GroupMembership(group, members, leader, owner -> true, silent -> false).due();
  }

  private List<NodeId> heirs(Membership group, NodeId leader) {
    return new GroupMembership(group, members, leader, owner -> true, silent -> false).heirs();
  }

  private static NodeId id(long value) {
    return new NodeId(value);
  }

  private static Membership group(long... voters) {
    return Membership.of(LongStream.of(voters).mapToObj(NodeId::new).toList(), List.of());
  }
}
