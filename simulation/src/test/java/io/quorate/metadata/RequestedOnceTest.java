package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CancelChange;
import io.quorate.cluster.Command.LimitChange;
import io.quorate.cluster.Command.Rebalance;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.Requested;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.GroupRecovery;
import io.quorate.cluster.Member;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A request of an operator that comes again, as when its answer was lost, is not a second change.
 */
class RequestedOnceTest {
  private static final NodeId A = new NodeId(1);
  private static final NodeId B = new NodeId(2);
  private static final Duration SECONDS_20 = Duration.ofSeconds(20);

  private MetadataState state = MetadataState.of(genesis());
  private long index = 1;

  @Test
  void aRequestThatComesAgainByAnotherNodeIsAnsweredAsBeforeAndChangesNothing() {
    Decided first = apply(A, request(1, new Rebalance()));
    ClusterState then = state.cluster();
    assertThat(first).isEqualTo(new Accepted(List.of(), index));

    assertThat(apply(B, request(1, new Rebalance()))).isEqualTo(first);
    assertThat(apply(A, request(1, new Rebalance()))).isEqualTo(first);
    assertThat(state.cluster()).isEqualTo(then);

    assertThat(apply(B, request(2, new Rebalance()))).isEqualTo(new Accepted(List.of(), index));
  }

  /**
   * The first request is done and another one followed: a late copy must not be carried out again.
   */
  @Test
  void aLateCopyDoesNotUndoWhatAnotherAskedForSince() {
    Decided first = apply(A, request(1, factor(5)));
    Decided other = apply(A, request(2, factor(3)));
    assertThat(state.cluster().needsToBe().length()).isEqualTo(3);

    assertThat(apply(B, request(1, factor(5)))).isEqualTo(first).isNotEqualTo(other);
    assertThat(state.cluster().needsToBe().length()).isEqualTo(3);
  }

  /** An operator relies on the answer that nothing was changed. */
  @Test
  void whatWasRefusedStaysRefused() {
    Decided refused = apply(A, request(1, new CancelChange()));
    assertThat(refused).isInstanceOf(Rejected.class);
    assertThat(apply(A, request(2, new RemoveNode(new NodeId(5))))).isInstanceOf(Accepted.class);

    assertThat(apply(B, request(1, new CancelChange()))).isEqualTo(refused);
    assertThat(state.cluster().isChanging()).isTrue();
  }

  /** The first copy made the change that the second would have to stumble over. */
  @Test
  void aRequestThatExpectsAStateIsNotRefusedForItsOwnChange() {
    Requested request =
        new Requested(new RequestKey(0, 1), 7, state.cluster().stateVersion(), new Rebalance());
    Decided first = apply(A, request);
    assertThat(first).isInstanceOf(Accepted.class);

    assertThat(apply(B, request)).isEqualTo(first);
  }

  @Test
  void whatHadNoEffectIsRememberedToo() {
    Command add = new Command.AddNode(new NodeId(5));
    assertThat(apply(A, request(1, add))).isEqualTo(new Accepted(List.of(), 0));
    apply(A, request(2, new RemoveNode(new NodeId(5))));

    apply(B, request(1, add));
    assertThat(state.cluster().members().get(new NodeId(5)))
        .isNotNull()
        .satisfies(member -> assertThat(member.state()).isEqualTo(Member.State.LEAVING));
  }

  @Test
  void aRequestWithoutAKeyIsNotRemembered() {
    apply(A, new Requested(RequestKey.NONE, 7, 0, new Rebalance()));
    long first = state.cluster().change().id();
    apply(A, new Requested(RequestKey.NONE, 7, 0, new Rebalance()));

    assertThat(state.cluster().change().id()).isGreaterThan(first);
    assertThat(state.requests().all()).isEmpty();
  }

  @Test
  void theOldestRequestsAreForgottenInTheOrderInWhichTheyWereDecided() {
    for (int number = 1; number <= RememberedRequests.KEPT + 2; number++) {
      apply(number % 2 == 0 ? A : B, request(number, new Rebalance()));
      apply(A, request(1 + number / 2, new Rebalance())); // that it came again makes it no newer
    }
    restart();
    assertThat(state.requests().all()).hasSize(RememberedRequests.KEPT);
    assertThat(state.requests().get(new RequestKey(0, 2))).isNull();
    assertThat(state.requests().all().keySet().iterator().next()).isEqualTo(new RequestKey(0, 3));

    long before = state.cluster().change().id();
    apply(A, request(3, new Rebalance()));
    assertThat(state.cluster().change().id()).isEqualTo(before);
    apply(A, request(2, new Rebalance()));
    assertThat(state.cluster().change().id()).isEqualTo(index);
  }

  @Test
  void aSnapshotHoldsWhatWasDecided() {
    Decided accepted = apply(A, request(1, new Rebalance()));
    Decided refused = apply(A, request(2, new RemoveNode(new NodeId(77))));
    byte[] before = state.encode();
    restart();
    byte[] after = state.encode();

    assertThat(apply(B, request(1, new Rebalance()))).isEqualTo(accepted);
    assertThat(apply(B, request(2, new RemoveNode(new NodeId(77))))).isEqualTo(refused);
    assertThat(after).isEqualTo(before);
  }

  /** A survivor's memory goes on with the group that it leads then. */
  @Test
  void aRecoveredGroupRemembersWhatItsSurvivorKnew() {
    Decided first = apply(A, request(1, new Rebalance()));
    GroupRecovery recovery = new GroupRecovery(65_543, A, 4, index, 5, "ops", List.of(A, B));
    index = 65_543L << 20;
    state = state.recovered(recovery, index);
    restart();

    assertThat(apply(B, request(1, new Rebalance()))).isEqualTo(first);
  }

  /** The others may have changed the topology after what the survivor knew. */
  @Test
  void whatWasPlannedBeforeARecoveryIsRefusedAfterIt() {
    apply(A, request(1, new Rebalance()));
    long seen = state.cluster().stateVersion();
    GroupRecovery recovery = new GroupRecovery(65_543, A, 4, index, 5, "ops", List.of(A, B));
    index = 65_543L << 20;
    state = state.recovered(recovery, index);
    long recovered = index;

    assertThat(apply(B, new Requested(new RequestKey(0, 2), 7, seen, new Rebalance())))
        .asInstanceOf(type(Rejected.class))
        .extracting(Rejected::reason)
        .asString()
        .contains("changed meanwhile", "change %d was accepted".formatted(recovered));
    assertThat(apply(B, new Requested(new RequestKey(0, 3), 7, recovered, new Rebalance())))
        .isEqualTo(new Accepted(List.of(), index));
  }

  /**
   * Otherwise an operator that confuses ids would be answered that a removal took place, which did
   * not.
   */
  @Test
  void anIdThatWasUsedForAnotherRequestIsRefused() {
    Decided first = apply(A, request(1, factor(5)));
    Decided refused = apply(A, request(2, new RemoveNode(new NodeId(77))));
    ClusterState then = state.cluster();
    for (int round = 0; round < 2; round++) {
      for (Command other : List.of(factor(4), new Rebalance(), new RemoveNode(new NodeId(5)))) {
        for (int number = 1; number <= 2; number++) {
          assertThat(apply(B, request(number, other)))
              .asInstanceOf(type(Rejected.class))
              .satisfies(
                  told -> {
                    assertThat(told.kind()).isEqualTo(RefusalKind.FAILED_PRECONDITION);
                    assertThat(told.reason())
                        .containsPattern("request id 0{31}[12] was used for another request: give");
                  });
        }
      }
      restart();
    }
    assertThat(state.cluster()).isEqualTo(then);
    assertThat(apply(B, request(1, factor(5)))).isEqualTo(first);
    assertThat(apply(B, request(2, new RemoveNode(new NodeId(77))))).isEqualTo(refused);
  }

  /** The id of a cut is where it was decided: a retry is told it, also of an earlier one. */
  @Test
  void whereARequestWasDecidedIsTold() {
    var world = new MetadataWorld(34, 3);
    world.startAll();
    Node leader = world.leader();
    RequestKey key = new RequestKey(0, 1);
    assertThat(leader.group().decidedAt(key)).isZero();
    Command begin = new Command.BeginCut(new TreeSet<>(List.of("default")), 1);
    assertThat(world.follower().ask(request(1, begin))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(() -> leader.group().decidedAt(key) > 0)).isTrue();
    long cut = leader.group().decidedAt(key);
    assertThat(leader.group().state().cut().id()).isEqualTo(cut);
    assertThat(leader.ask(new Command.EndCut(cut, ""))).isInstanceOf(Accepted.class);
    Command other = new Command.BeginCut(new TreeSet<>(List.of("default")), 2);
    assertThat(leader.ask(request(2, other))).isInstanceOf(Accepted.class);
    assertThat(leader.ask(request(1, begin))).isInstanceOf(Accepted.class);
    assertThat(leader.group().decidedAt(key)).isEqualTo(cut);
    assertThat(leader.group().state().cut().id())
        .isGreaterThan(cut)
        .isEqualTo(leader.group().decidedAt(new RequestKey(0, 2)));
  }

  /** Limits too, though these are not a change with an id. */
  @Test
  void aDecisionIsToldWhenTheStateShowsIt() {
    var world = new MetadataWorld(33, 3);
    world.startAll();
    Node leader = world.leader();
    LimitChange pause = new LimitChange(null, null, true, null);
    RequestKey key = new RequestKey(0, 1);
    Asked asked = leader.propose(request(1, pause), SECONDS_20);

    assertThat(world.runUntil(() -> leader.group().decided(key, content(pause)) != null)).isTrue();
    assertThat(leader.group().state().change().limits().paused()).isTrue();
    assertThat(world.runUntil(asked::isAccepted)).isTrue();
    assertThat(leader.group().decided(key, content(pause))).isEqualTo(asked.outcome);
    assertThat(leader.group().decided(key, 0)).isInstanceOf(Rejected.class);
  }

  /** The node that was asked does not learn of the decision; its client asks another node. */
  @Test
  void anAnswerThatIsLostAndARequestThatIsRepeatedMakeOneChange() {
    var world = new MetadataWorld(31, 5);
    world.startAll();
    Node leader = world.leader();
    Node deaf = world.follower();
    MetadataGroupTest.withoutAppendsTo(world, deaf);
    Asked lost = deaf.propose(request(1, new Rebalance()), SECONDS_20);
    assertThat(world.runUntil(() -> leader.group().state().change().id() > 0)).isTrue();
    long id = leader.group().state().change().id();

    CommandOutcome again = leader.ask(request(1, new Rebalance()));
    assertThat(again).isEqualTo(new Accepted(List.of(), id));
    assertThat(leader.group().state().change().wishedAt()).isEqualTo(id);

    world.network.clearRules();
    assertThat(world.runUntil(lost::isAccepted)).isTrue();
    assertThat(lost.outcome).isEqualTo(new Accepted(List.of(), id));
    assertThat(leader.group().state().change().wishedAt()).isEqualTo(id);
  }

  /** From 3 to 5; then back to 3 by another operator; then a late retry of the first request. */
  @Test
  void aLateRetryThroughAnotherNodeDoesNotAlterReplicationAgain() {
    var world = new MetadataWorld(32, 5);
    world.startAll();
    Node leader = world.leader();
    Node follower = world.follower();
    assertThat(follower.ask(request(1, factor(5)))).isInstanceOf(Accepted.class);
    assertThat(leader.ask(request(2, factor(3)))).isInstanceOf(Accepted.class);
    leader.kill();
    Node next = world.leader();

    CommandOutcome late = next.ask(request(1, factor(5)));
    assertThat(late).isInstanceOf(Accepted.class);
    assertThat(((Accepted) late).changeId()).isLessThan(next.group().state().change().id());
    assertThat(next.group().state().replications())
        .extracting(Replication::goal)
        .containsOnly(ReplicationFactor.of(3));
  }

  private void restart() {
    state = MetadataState.decode(state.encode());
  }

  private Decided apply(NodeId by, Command command) {
    index++;
    return state.apply(new NumberedCommand(new CommandId(by, index), command), index);
  }

  private static Requested request(long number, Command change) {
    return new Requested(new RequestKey(0, number), content(change), 0, change);
  }

  private static long content(Command change) {
    return Arrays.hashCode(CommandCodec.encode(change, Release.NEWEST_VERSION));
  }

  private static Command factor(int factor) {
    return new AlterTenant("default", TenantSettings.NONE, factor);
  }

  private static ClusterState genesis() {
    List<Member> members = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      members.add(
          new Member(
              new NodeId(i), "n" + i + ":1", "r", "z", 1, 0, Releases.THIS, Member.State.ACTIVE));
    }
    return Genesis.create(new ClusterId(9), members, 8);
  }
}
