package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.BeginCut;
import io.quorate.cluster.Command.BeginPastCut;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Command.MarkDown;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Command.TakeForRestore;
import io.quorate.cluster.RefusalKind;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.metadata.ProposalRefused.Why;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Proposals of a member with a bug do no harm, and are reported. */
class ForeignProposalsTest {
  private static final Duration SECONDS_5 = Duration.ofSeconds(5);
  private static final NodeId STRANGER = new NodeId(77);

  private final MetadataWorld world = new MetadataWorld(21, 5);
  private final Node leader;
  private final Node liar;
  private final Node victim;
  private int sent;

  ForeignProposalsTest() {
    world.startAll();
    leader = world.leader();
    assertThat(world.runUntil(() -> world.nodes.stream().allMatch(n -> n.group().isAnnounced())))
        .isTrue();
    List<Node> others = world.nodes.stream().filter(node -> node != leader).toList();
    liar = others.get(0);
    victim = others.get(1);
  }

  /** The victim's own starts count from what its disk holds, and so would be old news for good. */
  @Test
  void aStartIsAnnouncedByItsNodeOnly() {
    for (NodeId origin : List.of(liar.id, victim.id)) {
      propose(liar.id, origin, start(victim, Integer.MAX_VALUE));
    }
    world.runFor(SECONDS_5);
    assertThat(leader.refused).contains(Why.IN_ANOTHERS_NAME, Why.NOT_CREDIBLE);
    victim.kill();
    victim.start();
    world.leader();
    assertThat(world.runUntil(() -> victim.group().isAnnounced())).isTrue();
    assertThat(victim.rejected).isNull();
  }

  /** Damaged memory tells a node a count of its starts that its disk does not hold. */
  @Test
  void aStartFarAheadIsNotBelievedOfTheNodeItself() {
    propose(liar.id, liar.id, start(liar, liar.boot + (1 << 20) + 1));
    propose(liar.id, liar.id, start(liar, Integer.MAX_VALUE));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).containsExactly(Why.NOT_CREDIBLE, Why.NOT_CREDIBLE);
    liar.kill();
    liar.boot += 100_000; // it has been restarted for days without a leader
    liar.start();
    assertThat(world.runUntil(() -> liar.group().isAnnounced())).isTrue();
    assertThat(liar.rejected).isNull();
  }

  /**
   * The node's own command under that id would have been answered with the decision about the
   * other.
   */
  @Test
  void aCommandIsTakenFromItsAuthorOnly() {
    long next = CommandId.firstNumber(victim.boot) + 1; // the first was that it started
    propose(liar.id, new CommandId(victim.id, next), tenant("other"));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).contains(Why.IN_ANOTHERS_NAME);
    assertThat(victim.ask(tenant("mine"))).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(victim.group().state().tenants()).containsKey("mine").doesNotContainKey("other");
  }

  @Test
  void aNodeThatIsNoMemberProposesNothing() {
    propose(STRANGER, STRANGER, tenant("x"));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).containsExactly(Why.NOT_A_MEMBER);
    assertThat(leader.group().state().tenants()).doesNotContainKey("x");
  }

  /** A purge without comparing, a step without copying: what is deleted then is gone. */
  @Test
  void whatFollowsFromReportsOfAllOnlyTheLeaderProposes() {
    long epoch = leader.group().state().partitions().getFirst().epoch();
    List<AtEpoch> first = List.of(new AtEpoch(0, epoch));
    long mark = Hlc.of(1_000, 0);
    List<Command> commands =
        List.of(
            new PromisePurge(first, mark),
            new ConfirmPurge(first, mark),
            new PlanChange(0, new TreeMap<>()),
            new StepMoves(List.of(new MoveStep(0, epoch, Kind.END))),
            new MarkDown(victim.id, true),
            new NodeLeft(victim.id));
    long before = leader.group().state().stateVersion();
    for (Command command : commands) {
      propose(liar.id, liar.id, command);
    }
    world.runFor(SECONDS_5);
    assertThat(leader.refused).hasSize(commands.size()).containsOnly(Why.LEADERS_ONLY);
    assertThat(leader.group().state().stateVersion()).isEqualTo(before);
  }

  /** A former leader's steps were decided by what it knew; the next one asks for its own. */
  @Test
  void whatOnlyALeaderProposesIsNotPassedOn() {
    Asked asked = victim.propose(new MarkDown(liar.id, true), SECONDS_5);
    assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
    assertThat(asked.outcome).isInstanceOf(CommandOutcome.Unavailable.class);
    assertThat(leader.refused).isEmpty();
    assertThat(leader.ask(new MarkDown(liar.id, true))).isInstanceOf(CommandOutcome.Accepted.class);
  }

  /** A replica that lacks what it says to hold is read, and what only others hold is missed. */
  @Test
  void whatANodeHoldsItSaysItself() {
    long epoch = leader.group().state().partitions().getFirst().epoch();
    propose(liar.id, liar.id, new Filled(victim.id, List.of(new Filled.Place(0, epoch))));
    propose(liar.id, liar.id, new Refill(victim.id, 0, epoch));
    long before = leader.group().state().stateVersion();
    world.runFor(SECONDS_5);
    assertThat(leader.refused).containsExactly(Why.NOT_CREDIBLE, Why.NOT_CREDIBLE);
    assertThat(leader.group().state().stateVersion()).isEqualTo(before);
  }

  @Test
  void aNodeThatTheLeaderHearsIsNotGivenUp() {
    TreeSet<NodeId> lost = new TreeSet<>(List.of(victim.id, world.nodes.getLast().id));
    for (Node asked : List.of(liar, leader)) {
      assertThat(asked.ask(new GiveUpNodes(lost, true)))
          .isInstanceOfSatisfying(
              CommandOutcome.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("is up", "stop it"));
    }
    assertThat(leader.refused).containsExactly(Why.STILL_HEARD);
    Command requested =
        new Command.Requested(new RequestKey(1, 2), 3, 0, new GiveUpNodes(lost, true));
    for (Node asked : List.of(liar, leader)) {
      assertThat(asked.ask(requested))
          .asInstanceOf(type(CommandOutcome.Rejected.class))
          .extracting(CommandOutcome.Rejected::kind)
          .isEqualTo(RefusalKind.FAILED_PRECONDITION);
    }
    assertThat(leader.refused).containsExactly(Why.STILL_HEARD, Why.STILL_HEARD);
    assertThat(liar.ask(new GiveUpNodes(new TreeSet<>(List.of(leader.id)), true)))
        .isInstanceOf(CommandOutcome.Rejected.class);
  }

  /** If all nodes were paused together, none of them was silent meanwhile. */
  @Test
  void aNodeIsNotGivenUpForTheTimeThatTheLeaderStoodStill() {
    for (int i = 1; i <= 40; i++) {
      world.runFor(Duration.ofMillis(37));
      world.nodes.forEach(Node::pause);
      world.runFor(Duration.ofSeconds(3));
      propose(liar.id, liar.id, new GiveUpNodes(new TreeSet<>(List.of(victim.id)), true));
      world.nodes.forEach(Node::resume);
      world.runFor(Duration.ofMillis(500));
      assertThat(leader.refused).as("the pause number %d", i).hasSize(i);
    }
    assertThat(leader.refused).containsOnly(Why.STILL_HEARD);
  }

  @Test
  void aNodeThatTheLeaderDoesNotHearIsGivenUp() {
    TreeSet<NodeId> lost = new TreeSet<>();
    for (Node node : List.of(victim, world.nodes.getLast())) {
      node.kill();
      lost.add(node.id);
    }
    world.runFor(Duration.ofSeconds(3));
    // Every partition keeps a majority without them, which is for the state to say.
    assertThat(world.nodes.stream().filter(Node::isUp).toList())
        .allSatisfy(
            node ->
                assertThat(node.ask(new GiveUpNodes(lost, true)))
                    .isNotInstanceOf(CommandOutcome.Unknown.class));
    assertThat(leader.refused).isEmpty();
  }

  /** What is refused is answered, and not waited for until the time is over. */
  @Test
  void theProposerOfARefusedCommandHearsWhyAtOnce() {
    Asked asked = liar.propose(new GiveUpNodes(new TreeSet<>(List.of(victim.id)), true), SECONDS_5);
    world.runFor(Duration.ofMillis(400));
    assertThat(asked.outcome).isInstanceOf(CommandOutcome.Rejected.class);
  }

  /** A node that is no leader may say that it refuses what it likes. */
  @Test
  void onlyTheLeadersRefusalCounts() {
    world.network.addRule(
        byte[].class,
        sent ->
            sent.to().equals(leader.id)
                    && MetadataMessage.decode(sent.message()) instanceof MetadataMessage.Propose
                ? null
                : sent.message());
    Asked asked = victim.propose(tenant("x"), Duration.ofSeconds(20));
    world.runFor(Duration.ofMillis(100));
    CommandId id = new CommandId(victim.id, CommandId.firstNumber(victim.boot) + 1);
    victim
        .laneNow()
        .execute(
            () ->
                victim
                    .group()
                    .onMessage(
                        liar.id,
                        new MetadataMessage.Refused(id, RefusalKind.INVALID, "no")
                            .encode(Release.NEWEST_VERSION)));
    world.runFor(Duration.ofMillis(100));
    assertThat(asked.outcome).isNull();
    world.network.clearRules();
    assertThat(world.runUntil(asked::isAccepted)).isTrue();
  }

  @Test
  void largeCommandsOfOthersDoNotGetIntoTheLog() {
    List<Filled.Place> places =
        IntStream.range(0, 40_000).mapToObj(i -> new Filled.Place(i, 1L << 60)).toList();
    long before = leader.group().status().commitIndex();
    propose(liar.id, liar.id, new Filled(liar.id, places));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).containsExactly(Why.TOO_LARGE);
    assertThat(leader.group().status().commitIndex()).isEqualTo(before);
    propose(liar.id, liar.id, new Filled(liar.id, places.subList(0, 4_096)));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).hasSize(1);
  }

  /** Operators ask any node for them, in clusters of any size. */
  @Test
  void whatNamesAllPartitionsOrTenantsIsTakenFromAnyNode() {
    List<AtEpoch> partitions =
        IntStream.range(0, ClusterState.PARTITIONS_MAX)
            .mapToObj(i -> new AtEpoch(i, 1L << 40))
            .toList();
    TreeSet<String> tenants = new TreeSet<>();
    for (int i = 0; i < 4_096; i++) {
      tenants.add("%064d".formatted(i));
    }
    for (Command command :
        List.of(
            new TakeForRestore("none", 1, partitions),
            new Command.Requested(new RequestKey(1, 2), 3, 0, new BeginCut(tenants, 1)),
            new BeginPastCut(tenants, 1))) {
      assertThat(liar.ask(command))
          .isInstanceOfSatisfying(
              CommandOutcome.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("does not exist"));
      world.runFor(SECONDS_5); // what one node may propose in a second is bounded, too
    }
    assertThat(leader.refused).isEmpty();
  }

  @Test
  void aFloodOfProposalsIsBoundedAndOthersAreDecidedMeanwhile() {
    long before = leader.group().status().commitIndex();
    for (int i = 0; i < 5_000; i++) {
      propose(liar.id, new CommandId(liar.id, (9L << 32) + i), tenant("Not A Name"));
      propose(liar.id, new CommandId(liar.id, (8L << 32) + i), new Refill(liar.id, 0, 99));
    }
    Asked asked = victim.propose(tenant("x"), SECONDS_5);
    assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
    assertThat(asked.isAccepted()).isTrue();
    assertThat(leader.refused).contains(Why.INVALID, Why.TOO_MANY);
    assertThat(leader.group().status().commitIndex() - before).isLessThan(1_500);
  }

  /** The leader may be of an older release, which asks nothing: all nodes fold in alike. */
  @Test
  void whatGotIntoTheLogAllTheSameChangesNothing() {
    List<NumberedCommand> lies =
        List.of(
            new NumberedCommand(new CommandId(liar.id, 9), start(victim, Integer.MAX_VALUE)),
            new NumberedCommand(new CommandId(liar.id, 10), start(liar, Integer.MAX_VALUE)),
            new NumberedCommand(new CommandId(liar.id, 11), new Refill(victim.id, 0, 1)));
    long before = leader.group().state().stateVersion();
    lies.forEach(lie -> leader.proposeBytes(lie.encode(Release.NEWEST_VERSION)));
    world.runFor(SECONDS_5);
    for (Node node : world.nodes) {
      assertThat(node.group().state().stateVersion()).isEqualTo(before);
      assertThat(node.stuck).isEmpty();
    }
    assertThat(leader.ask(tenant("x"))).isInstanceOf(CommandOutcome.Accepted.class);
  }

  private static NodeStarted start(Node node, int incarnation) {
    return new NodeStarted(node.id, node.address, "r", "z", 1.0, incarnation, Releases.THIS);
  }

  private void propose(NodeId from, NodeId origin, Command command) {
    propose(from, new CommandId(origin, (7L << 32) + sent++), command);
  }

  private void propose(NodeId from, CommandId id, Command command) {
    byte[] message =
        new MetadataMessage.Propose(new NumberedCommand(id, command))
            .encode(Release.NEWEST_VERSION);
    leader.laneNow().execute(() -> leader.group().onMessage(from, message));
  }
}
