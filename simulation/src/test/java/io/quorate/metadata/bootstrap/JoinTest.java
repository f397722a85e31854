package io.quorate.metadata.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.NodeLeft;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.bootstrap.BootstrapWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** How a node joins a running cluster, and what a node learns that has left it. */
class JoinTest {
  /** As many members without partitions as a cluster takes. */
  private static final int IDLE_MAX = 64;

  private final BootstrapWorld world = new BootstrapWorld(11);
  private final List<Node> members = world.nodes("a:1", "b:1", "c:1");

  private FakeGroup formed() {
    members.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    return world.decideFor(members);
  }

  private Node newcomer(String address, String... seeds) {
    Node node = world.node(address, seeds);
    node.joining = Joining.WITH_SHARE;
    return node;
  }

  @Test
  void aNodeThatAsksBecomesAMemberAndIsHandedTheStateThatSaysSo() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1", "b:1");
    late.zone = "z4";
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(late.cluster()).isEqualTo(members.getFirst().cluster());
    assertThat(Founding.state(late.durableSnapshot(), Releases.THIS).members().get(late.id()))
        .isEqualTo(
            new Member(late.id(), "d:1", "r", "z4", 1.0, 0, Releases.THIS, Member.State.JOINING));
    assertThat(group.state().members()).hasSize(4);
    assertThat(group.state().change().needsPlan()).isTrue();
  }

  @Test
  void aSpareIsGivenNothing() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "b:1");
    late.joining = Joining.AS_SPARE;
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(group.state().members().get(late.id()))
        .extracting(Member::state)
        .isEqualTo(Member.State.SPARE);
    assertThat(group.state().change().needsPlan()).isFalse();
  }

  @Test
  void aNodeThatDoesNotAskIsToldHowTo() {
    formed();
    Node late = world.node("d:1", "a:1", "d:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.CONFIGURATION);
    assertThat(late.refusalMessage()).contains("cluster.join to true, or to spare");
  }

  @Test
  void itWaitsAndSaysWhoIsNotUp() {
    Node late = newcomer("d:1", "a:1", "b:1");
    members.get(1).start();
    late.start();
    world.runFor(10);
    assertThat(late.refusal).isNull();
    assertThat(late.waited)
        .last()
        .asString()
        .contains("to join a cluster", "a:1 (connection refused)")
        .contains("b:1 (belongs to no cluster itself)");
    members.forEach(Node::start);
    world.runFor(5); // they form without it
    FakeGroup group = world.decideFor(members);
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(group.state().members()).hasSize(4);
  }

  @Test
  void itWaitsWhileNobodyCanDecide() {
    FakeGroup group = formed();
    group.leaderless = true;
    Node late = newcomer("d:1", "a:1", "b:1", "c:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusal).isNull();
    assertThat(late.waited).last().asString().contains("too few of that cluster's nodes are up");
    group.leaderless = false;
    assertThat(world.runUntilAllJoined()).isTrue();
  }

  /**
   * The leader knew of another node at that address when it decided, and that one has left since:
   * what was decided then must not end this node now.
   */
  @Test
  void itWaitsWhereWhatStoodAgainstItHasGoneSince() {
    FakeGroup group = formed();
    group.rejects = "address d:1 is that of node 77";
    Node late = newcomer("d:1", "a:1", "b:1", "c:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusal).isNull();
    assertThat(late.waited).last().asString().contains("address d:1 is that of node 77");
    group.rejects = null;
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(group.state().members()).hasSize(4);
  }

  @Test
  void aClusterThatTakesNoMoreNodesSaysSoAndItEnds() {
    FakeGroup group = formed();
    for (int i = 0; i < IDLE_MAX; i++) {
      var unused =
          group.decide(
              new Join(new NodeId(1_000 + i), "x" + i + ":1", "r", "z", 1.0, true, Releases.THIS));
    }
    Node late = newcomer("d:1", "a:1", "b:1", "c:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.CONFIGURATION);
    assertThat(late.refusalMessage()).contains("asked to join cluster", "Correct that");
  }

  @Test
  void aRefusalIsReportedOnceAndTheNextStartAsksAgain() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1", "b:1", "c:1");
    late.zone = "Zone Four";
    late.start();
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.CONFIGURATION);
    assertThat(late.refusalMessage()).contains("asked to be part of", "Zone Four");
    late.zone = "z4";
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(group.state().members()).hasSize(4);
  }

  @Test
  void aNodeRemovedBeforeItHeardThatItWasTakenInHasLeft() {
    FakeGroup group = formed();
    group.leaderless = true;
    Node late = newcomer("d:1", "a:1", "b:1", "c:1");
    late.start();
    world.runFor(5);
    Join join = (Join) group.proposed.getLast();
    group.leaderless = false;
    for (Command command : List.of(join, new RemoveNode(join.id()), new NodeLeft(join.id()))) {
      assertThat(group.decide(command)).isInstanceOf(CommandOutcome.Accepted.class);
    }
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.LEFT);
    assertThat(group.state().members()).hasSize(3);
  }

  @Test
  void seedsOfTwoClustersMakeItAMemberOfNeither() {
    FakeGroup one = formed();
    List<Node> others = world.nodes("x:1", "y:1");
    others.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    FakeGroup other = world.decideFor(others);
    Node late = newcomer("d:1", "a:1", "x:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusalMessage()).contains("of two clusters", "a:1", "x:1");
    assertThat(one.proposed).isEmpty();
    assertThat(other.proposed).isEmpty();
  }

  @Test
  void itMayAskUnderANameThatLeadsToAnyMemberOrBackToItself() {
    formed();
    Node late = newcomer("d:1", "all:1");
    world.byAddress.put("all:1", late);
    late.start();
    world.runFor(3);
    assertThat(late.refusal).isNull();
    world.byAddress.put("all:1", members.get(2));
    assertThat(world.runUntilAllJoined()).isTrue();
  }

  @Test
  void aLostDiskAtAMembersAddressWaitsForAnOperatorThoughItAsksToJoin() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1");
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    NodeId before = late.id();
    late.loseDisk();
    late.start();
    world.runFor(5);
    assertThat(late.joined).isNull();
    assertThat(late.waited).last().asString().contains("quorate cluster readmit d:1");
    assertThat(group.state().members()).containsKey(before).hasSize(4);
  }

  @Test
  void whereAMemberIsBeingRemovedAnEmptyNodeWaitsUntilItHasLeft() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1");
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    NodeId before = late.id();
    assertThat(group.decide(new RemoveNode(before))).isInstanceOf(CommandOutcome.Accepted.class);
    late.loseDisk();
    late.start();
    world.runFor(5);
    assertThat(late.joined).isNull();
    assertThat(late.waited)
        .last()
        .asString()
        .contains("is being removed", "Once it has left", "quorate cluster add " + before);
    group.forget(before);
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(group.state().members()).hasSize(4).doesNotContainKey(before);
  }

  /** Writes of a start: 1 identity, 2 the state, 3 identity that names the cluster. */
  @Test
  void whereverItDiesItGoesOnAndBecomesOneMember() {
    formed();
    int deaths = 0;
    for (int write = 1; write <= 3; write++) {
      for (boolean counts : new boolean[] {false, true}) {
        Node late = newcomer("d" + write + counts + ":1", "a:1", "b:1", "c:1");
        late.dieAtWrite(write, counts);
        late.start();
        world.runFor(3);
        assertThat(late.isUp()).isFalse();
        deaths++;
        late.start();
        assertThat(world.runUntilAllJoined()).isTrue();
      }
    }
    assertThat(group().state().members()).hasSize(3 + deaths);
  }

  private FakeGroup group() {
    return Objects.requireNonNull(members.getFirst().group);
  }

  @Test
  void joinsOnceWhateverIsLostAndWhicheverNodeDies() {
    for (long seed = 0; seed < 100; seed++) {
      var lossy = new BootstrapWorld(seed);
      List<Node> three = lossy.nodes("a:1", "b:1", "c:1");
      three.forEach(Node::start);
      assertThat(lossy.runUntilAllJoined()).isTrue();
      FakeGroup group = lossy.decideFor(three);
      Node late = lossy.node("d:1", "a:1", "b:1", "c:1");
      late.joining = seed % 2 == 0 ? Joining.WITH_SHARE : Joining.AS_SPARE;
      lossy.lossPercent = (int) (seed % 3) * 20;
      for (int step = 0; step < 20; step++) {
        group.leaderless = lossy.random.chance(0.3);
        Node node = lossy.random.chance(0.5) ? late : lossy.random.pick(three);
        if (lossy.random.chance(0.4)) {
          node.kill();
        } else {
          node.start();
        }
        lossy.world.runFor(Duration.ofMillis(lossy.random.nextInt(300)));
      }
      lossy.lossPercent = 0;
      group.leaderless = false;
      lossy.byAddress.values().forEach(Node::start);
      assertThat(lossy.runUntilAllJoined()).as("seed %d", seed).isTrue();
      assertThat(lossy.clustersEver).hasSize(1);
      assertThat(group.state().members()).as("seed %d", seed).hasSize(4).containsKey(late.id());
    }
  }

  @Test
  void aMemberThatHasLeftIsToldSoByAMemberThatIsNoSeedOfIt() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1");
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    group.forget(late.id());
    members.getFirst().kill();
    Objects.requireNonNull(late.bootstrap).askAgain();
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.LEFT);
    assertThat(late.refusalMessage())
        .contains("has left cluster", "delete the directory", "cluster.join");
  }

  /** The node's seed is gone, and so are all members but one, whichever that is. */
  @Test
  void aMemberThatHasLeftHearsItFromTheLastMemberThatIsUp() {
    List<Node> nine = world.nodes("a:1", "b:1", "c:1", "d:1", "e:1", "f:1", "g:1", "h:1", "i:1");
    nine.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    FakeGroup group = world.decideFor(nine);
    Node late = newcomer("z:1", "a:1");
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    group.forget(late.id());
    List<Node> byId = nine.stream().skip(1).sorted(Comparator.comparing(Node::id)).toList();
    Node last = byId.getLast();
    nine.stream().filter(node -> node != last).forEach(Node::kill);
    for (int i = 0; i < 40 && late.refusal == null; i++) {
      Objects.requireNonNull(late.bootstrap).askAgain();
      world.runFor(2);
    }
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.LEFT);
  }

  @Test
  void aMemberThatHasLeftHearsTheSameAtItsNextStartAndJoinsAgainWithAnEmptyDirectory() {
    List<Node> four = world.nodes("a:1", "b:1", "c:1", "d:1");
    four.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    FakeGroup group = world.decideFor(four);
    Node gone = four.get(2);
    NodeId before = gone.id();
    group.forget(before);
    gone.kill();
    for (int start = 0; start < 2; start++) {
      gone.start();
      world.runFor(5);
      assertThat(gone.refusalKind()).isEqualTo(Refusal.Kind.LEFT);
    }
    gone.loseDisk();
    gone.joining = Joining.WITH_SHARE;
    gone.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(gone.id()).isNotEqualTo(before);
    assertThat(group.state().members()).containsKey(gone.id()).doesNotContainKey(before);
  }

  @Test
  void whatItKnewLastSaysItTooWhenNobodyElseIsUp() {
    FakeGroup group = formed();
    Node late = newcomer("d:1", "a:1");
    late.joining = Joining.AS_SPARE;
    late.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    group.forget(late.id());
    members.forEach(Node::kill);
    late.kill();
    late.keep(group.snapshot()); // as its metadata group would have
    late.start();
    world.runFor(1);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.LEFT);
  }

  @Test
  void aMemberThatKnowsLessDoesNotCallAnotherGone() {
    FakeGroup group = formed();
    Member late =
        new Member(new NodeId(77), "d:1", "r", "z", 1.0, 0, Releases.THIS, Member.State.SPARE);
    Introduction newer =
        new Introduction(
            late.id(),
            late.address(),
            "r",
            "z",
            1.0,
            List.of("a:1"),
            members.getFirst().cluster(),
            1,
            group.state().stateVersion() + 1,
            Releases.THIS);
    Bootstrap host = Objects.requireNonNull(members.getFirst().bootstrap);
    assertThat(host.answer(newer).refusal()).isNull();
    var unused = group.decide(new Join(new NodeId(78), "e:1", "r", "z", 1.0, true, Releases.THIS));
    assertThat(host.answer(newer).refusal())
        .isNotNull()
        .extracting(Refusal::kind)
        .isEqualTo(Refusal.Kind.LEFT);
  }
}
