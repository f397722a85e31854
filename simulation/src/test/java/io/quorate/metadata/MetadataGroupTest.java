package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static io.quorate.metadata.MetadataWorld.ttl;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.RequestKey;
import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.PurgeMarks;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RaftMessage;
import io.quorate.sim.kernel.SimClock;
import io.quorate.version.Hlc;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class MetadataGroupTest {
  private static final Duration SECONDS_5 = Duration.ofSeconds(5);

  @Test
  void aCommandGivenToAnyNodeIsSeenByAll() {
    var world = new MetadataWorld(1, 7); // five voters and two learners
    world.startAll();
    world.leader();
    for (Node node : world.nodes) {
      assertThat(node.ask(tenant("t" + node.id))).isInstanceOf(CommandOutcome.Accepted.class);
      // A proposer that was answered "accepted" sees its change.
      assertThat(node.group().state().tenants()).containsKey("t" + node.id);
    }
    long version = world.nodes.get(6).group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
    for (Node node : world.nodes) {
      assertThat(node.group().state()).isEqualTo(world.nodes.get(0).group().state());
    }
  }

  @Test
  void whatTheClusterRejectsIsAnsweredWithItsReason() {
    var world = new MetadataWorld(2, 3);
    world.startAll();
    world.leader();
    for (Node node : world.nodes) {
      assertThat(node.ask(tenant("Not A Name")))
          .isInstanceOfSatisfying(
              CommandOutcome.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("Not A Name"));
    }
  }

  @Test
  void everyNodeTellsTheClusterThatItRunsAndWhere() {
    var world = new MetadataWorld(3, 3);
    world.startAll();
    assertThat(world.runUntil(() -> world.nodes.stream().allMatch(n -> n.group().isAnnounced())))
        .isTrue();
    Node moved = world.nodes.get(1);
    moved.kill();
    moved.address = "elsewhere:1";
    moved.start();
    assertThat(
            world.runUntil(
                () -> {
                  var member = world.nodes.get(0).group().state().members().get(moved.id);
                  return member != null
                      && member.address().equals("elsewhere:1")
                      && member.incarnation() == 2;
                }))
        .isTrue();
  }

  @Test
  void aNodeThatTheClusterDoesNotTakeBackIsToldWhy() {
    var world = new MetadataWorld(4, 3);
    world.startAll();
    world.leader();
    Node moved = world.nodes.get(1);
    moved.kill();
    moved.zone = "other";
    moved.start();
    assertThat(world.runUntil(() -> moved.rejected != null)).isTrue();
    assertThat(moved.rejected).contains("zone 'other'", "quorate cluster move");
  }

  @Test
  void aCommandOutlivesTheLeaderThatWasToldIt() {
    for (int seed = 0; seed < 20; seed++) {
      var world = new MetadataWorld(seed, 3);
      world.startAll();
      Node leader = world.leader();
      Node follower = world.follower();
      Asked asked = follower.propose(tenant("x"), SECONDS_5);
      world.runFor(Duration.ofNanos(100_000L * seed));
      leader.kill();
      assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
      assertThat(asked.isAccepted()).as("seed %d: %s", seed, asked.outcome).isTrue();
      assertThat(follower.group().state().tenants()).containsKey("x");
    }
  }

  /** The first copy takes effect; another change follows; later copies must not undo that. */
  @Test
  void aRetriedCommandTakesEffectOnce() {
    var world = new MetadataWorld(5, 3);
    world.startAll();
    Node leader = world.leader();
    Node origin = world.follower();
    withoutAppendsTo(world, origin);
    Asked asked = origin.propose(ttl(5), Duration.ofSeconds(20));
    world.runFor(Duration.ofMillis(200));
    assertThat(leader.ask(ttl(9))).isInstanceOf(CommandOutcome.Accepted.class);
    world.runFor(Duration.ofSeconds(3)); // six more copies get into the log
    world.network.clearRules();
    assertThat(world.runUntil(asked::isAccepted)).isTrue();
    world.runFor(Duration.ofSeconds(2));
    for (Node node : world.nodes) {
      assertThat(node.group().state().tenants().get("default"))
          .isNotNull()
          .satisfies(tenant -> assertThat(tenant.defaultTtlMillis()).isEqualTo(9));
    }
    assertThat(leader.group().status().commitIndex()).isGreaterThan(8);
  }

  @Test
  void withoutAMajorityNothingIsChangedAndThatIsSaid() {
    var world = new MetadataWorld(6, 3);
    world.startAll();
    Node leader = world.leader();
    Node follower = world.follower();
    world.nodes.stream().filter(n -> n != follower).forEach(Node::kill);
    world.runFor(Duration.ofSeconds(3));
    Asked asked = follower.propose(tenant("x"), SECONDS_5);
    assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
    assertThat(asked.outcome)
        .isInstanceOfSatisfying(
            CommandOutcome.Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).contains("majority of its voters"));
    leader.start();
    world.leader();
    world.runFor(SECONDS_5);
    assertThat(follower.group().state().tenants()).doesNotContainKey("x");
  }

  @Test
  void whatAnIsolatedLeaderTookIsUnknown() {
    var world = new MetadataWorld(7, 3);
    world.startAll();
    Node leader = world.leader();
    world.network.isolate(leader.id);
    Asked asked = leader.propose(tenant("x"), SECONDS_5);
    assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
    assertThat(asked.outcome).isInstanceOf(CommandOutcome.Unknown.class);
  }

  @Test
  void aConfirmedReadShowsEverythingDecidedBefore() {
    var world = new MetadataWorld(8, 5);
    world.startAll();
    world.leader();
    int behind = 0;
    for (int i = 0; i < 50; i++) {
      Node writer = world.random.pick(world.nodes);
      Node reader = world.random.pick(world.nodes);
      assertThat(writer.ask(tenant("t" + i))).isInstanceOf(CommandOutcome.Accepted.class);
      behind += reader.group().state().tenants().containsKey("t" + i) ? 0 : 1;
      long decided = writer.group().state().stateVersion();
      Asked asked = reader.confirm(SECONDS_5);
      assertThat(world.runUntil(() -> asked.confirmed != null)).isTrue();
      assertThat(asked.confirmed).isTrue();
      assertThat(asked.versionThen).isGreaterThanOrEqualTo(decided);
    }
    assertThat(behind).isPositive(); // else it would have shown nothing
  }

  @Test
  void aNodeThatIsBehindConfirmsOnlyOnceItHasCaughtUp() {
    var world = new MetadataWorld(14, 3);
    world.startAll();
    Node leader = world.leader();
    Node reader = world.follower();
    withoutAppendsTo(world, reader);
    assertThat(leader.ask(tenant("x"))).isInstanceOf(CommandOutcome.Accepted.class);
    Asked asked = reader.confirm(Duration.ofSeconds(20));
    world.runFor(Duration.ofSeconds(2));
    assertThat(asked.confirmed).isNull();
    world.network.clearRules();
    assertThat(world.runUntil(() -> asked.confirmed != null)).isTrue();
    assertThat(asked.confirmed).isTrue();
    assertThat(asked.versionThen).isGreaterThanOrEqualTo(leader.group().state().stateVersion());
  }

  /** Nothing is stamped up to a promise: one of the far future would end all writes. */
  @Test
  void aPurgeIsNotPromisedFarAheadOfTheLeadersClock() {
    var world = new MetadataWorld(16, 3);
    world.startAll();
    Node leader = world.leader();
    long now = SimClock.EPOCH_MILLIS + world.world.nowNanos() / 1_000_000;
    for (long millis : List.of(now + 90_000, now + 1_000 * 365 * 86_400_000L, (1L << 48) - 1)) {
      var promise = new Command.PromisePurge(List.of(new AtEpoch(0, 1)), Hlc.of(millis, 0));
      assertThat(leader.ask(promise))
          .isInstanceOfSatisfying(
              CommandOutcome.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("ahead of this node's clock"));
    }
    world.runFor(SECONDS_5);
    assertThat(world.leader().group().state().partitions().getFirst().purge())
        .isEqualTo(PurgeMarks.NONE);
    var soon = new Command.PromisePurge(List.of(new AtEpoch(0, 1)), Hlc.of(now - 1_000, 0));
    assertThat(world.leader().ask(soon)).isInstanceOf(CommandOutcome.Accepted.class);
  }

  /**
   * Nothing is stamped up to the time of a cut, either, whether it is asked for with an id or not.
   */
  @Test
  void aCutIsNotBegunFarAheadOfTheLeadersClock() {
    var world = new MetadataWorld(16, 3);
    world.startAll();
    Node leader = world.leader();
    long now = SimClock.EPOCH_MILLIS + world.world.nowNanos() / 1_000_000;
    TreeSet<String> tenants = new TreeSet<>(List.of("default"));
    for (Command begin :
        List.of(
            new Command.BeginCut(tenants, Hlc.of(now + 90_000, 0)),
            new Command.BeginPastCut(tenants, Hlc.of(now + 90_000, 0)))) {
      for (Command each :
          List.of(begin, new Command.Requested(new RequestKey(0, 1), 7, 0, begin))) {
        assertThat(leader.ask(each))
            .isInstanceOfSatisfying(
                CommandOutcome.Rejected.class,
                rejected -> assertThat(rejected.reason()).contains("ahead of this node's clock"));
      }
    }
    assertThat(
            leader.ask(
                new Command.Requested(
                    new RequestKey(0, 2),
                    7,
                    0,
                    new Command.BeginCut(tenants, Hlc.of(now + 1_000, 0)))))
        .isInstanceOf(CommandOutcome.Accepted.class);
  }

  /**
   * A node may have been removed without hearing of it; only a node that knows no leader asks
   * others.
   */
  @Test
  void aLearnerThatItsLeaderDoesNotSpeakToKnowsNoLeader() {
    var world = new MetadataWorld(15, 7);
    world.startAll();
    NodeId leader = world.leader().id;
    Node learner =
        world.nodes.stream()
            .filter(node -> node.group().status().learners().contains(node.id))
            .findFirst()
            .orElseThrow();
    world.network.addRule(
        byte[].class, sent -> sent.to().equals(learner.id) ? null : sent.message());
    world.runFor(SECONDS_5);
    assertThat(learner.group().status().leader()).isNull();
    world.network.clearRules();
    world.runFor(SECONDS_5);
    assertThat(learner.group().status().leader()).isEqualTo(leader);
  }

  static void withoutAppendsTo(MetadataWorld world, Node node) {
    world.network.addRule(
        byte[].class,
        sent ->
            sent.to().equals(node.id)
                    && MetadataMessage.decode(sent.message())
                        instanceof MetadataMessage.Raft(RaftMessage.Append append)
                    && !append.entries().isEmpty()
                ? null
                : sent.message());
  }

  @Test
  void aNodeThatIsCutOffConfirmsNothing() {
    var world = new MetadataWorld(9, 3);
    world.startAll();
    Node leader = world.leader();
    Node follower = world.follower();
    for (Node cut : List.of(leader, follower)) {
      world.network.isolate(cut.id);
      Asked asked = cut.confirm(Duration.ofSeconds(2));
      assertThat(world.runUntil(() -> asked.confirmed != null)).isTrue();
      assertThat(asked.confirmed).isFalse();
      world.network.healAll();
      world.leader();
    }
  }

  /** A node alone learns no commit index, so it knows only what it saved. */
  @Test
  void aNodeThatRestartsAloneShowsWhatItShowedBefore() {
    var world = new MetadataWorld(10, 3);
    world.startAll();
    world.leader();
    Node node = world.follower();
    for (int i = 0; i < 5; i++) {
      assertThat(node.ask(tenant("t" + i))).isInstanceOf(CommandOutcome.Accepted.class);
    }
    ClusterState before = node.group().state();
    world.nodes.forEach(Node::kill);
    node.start();
    world.runFor(Duration.ofSeconds(2));
    assertThat(node.group().state()).isEqualTo(before);
    assertThat(node.publishedVersions).containsExactly(before.stateVersion());
  }

  @Test
  void theLogIsReplacedBySnapshotsAndANodeThatMissedItGetsOne() {
    var world = new MetadataWorld(11, 3);
    world.config = shortLog();
    world.startAll();
    world.leader();
    Node missing = world.follower();
    missing.kill();
    Node leader = world.leader();
    for (int i = 0; i < 100; i++) {
      leader.ask(i % 10 == 0 ? tenant("t" + i) : tenant("Not A Name"));
    }
    assertThat(leader.disk.durableRaft().entries()).hasSizeLessThan(20);
    missing.start();
    long version = leader.group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
    assertThat(missing.publishedVersions).hasSizeLessThan(8); // not one by one
    assertThat(missing.group().state().tenants()).hasSize(11);
  }

  @Test
  void aFullDiskTakesANodeOutAndRoomBringsItBack() {
    var world = new MetadataWorld(12, 3);
    world.startAll();
    Node leader = world.leader();
    leader.disk.full(true);
    Node other = world.nodes.stream().filter(n -> n != leader).findFirst().orElseThrow();
    Asked asked = other.propose(tenant("x"), Duration.ofSeconds(20));
    assertThat(world.runUntil(() -> asked.outcome != null)).isTrue();
    assertThat(asked.isAccepted()).isTrue();
    assertThat(leader.faults).isNotEmpty();
    world.runFor(Duration.ofSeconds(60));
    leader.disk.full(false);
    assertThat(world.runUntil(() -> leader.group().state().tenants().containsKey("x"))).isTrue();
  }

  @Test
  void unreadableMessagesAreDroppedAndTold() {
    var world = new MetadataWorld(13, 3);
    world.startAll();
    Node node = world.follower();
    node.laneNow()
        .execute(
            () -> {
              node.group().onMessage(world.nodes.get(2).id, new byte[0]);
              node.group().onMessage(world.nodes.get(2).id, new byte[] {1, 2, 3});
              node.group().onMessage(world.nodes.get(2).id, new byte[] {2, 2, 3});
            });
    world.runFor(Duration.ofMillis(10));
    assertThat(node.malformed).hasSize(3);
  }

  /** A version before may have taken it: the nodes that fold it in must live, and go on. */
  @Test
  void aLogThatHoldsAPoisonousNameIsFoldedIn() {
    var world = new MetadataWorld(15, 3);
    world.config = shortLog();
    NumberedCommand poison =
        new NumberedCommand(new CommandId(new NodeId(2), 7), tenant("x".repeat(65_480)));
    for (Node node : world.nodes) {
      node.append(List.of(poison.encode(Release.NEWEST_VERSION)));
    }
    world.startAll();
    world.leader();
    for (int i = 0; i < 20; i++) { // and snapshots are made of it
      assertThat(world.follower().ask(tenant("t" + i))).isInstanceOf(CommandOutcome.Accepted.class);
    }
    world.nodes.forEach(Node::kill);
    world.startAll();
    assertThat(world.follower().ask(tenant("again"))).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(world.leader().group().state().tenants()).hasSize(22);
  }

  @Test
  void whatNoClusterTakesNeverGetsIntoTheLog() {
    var world = new MetadataWorld(16, 3);
    world.startAll();
    Node leader = world.leader();
    Node follower = world.follower();
    assertThat(world.runUntil(() -> world.nodes.stream().allMatch(n -> n.group().isAnnounced())))
        .isTrue();
    long before = leader.group().status().commitIndex();
    assertThat(follower.ask(tenant("x".repeat(65_480))))
        .isInstanceOfSatisfying(
            CommandOutcome.Rejected.class,
            rejected -> assertThat(rejected.reason()).hasSizeLessThan(300).contains("64"));
    NumberedCommand poison =
        new NumberedCommand(new CommandId(follower.id, 7), tenant("x".repeat(65_480)));
    leader
        .laneNow()
        .execute(
            () ->
                leader
                    .group()
                    .onMessage(
                        follower.id,
                        new MetadataMessage.Propose(poison).encode(Release.NEWEST_VERSION)));
    world.runFor(SECONDS_5);
    assertThat(leader.refused).containsExactly(ProposalRefused.Why.INVALID);
    assertThat(leader.refusals.getFirst()).hasSizeLessThan(300).contains("64");
    assertThat(leader.group().status().commitIndex()).isEqualTo(before);
  }

  static MetadataConfig shortLog() {
    RaftConfig normal = RaftConfig.DEFAULT;
    RaftConfig raft =
        new RaftConfig(
            normal.electionTicks(),
            normal.heartbeatTicks(),
            normal.preVote(),
            normal.entryBytesMax(),
            normal.appendBytesMax(),
            normal.appendsInFlightMax(),
            normal.uncommittedBytesMax(),
            normal.applyBytesMax(),
            64,
            normal.snapshotBytesMax(),
            normal.readsMax(),
            5,
            normal.promotionLagMax());
    return new MetadataConfig(raft, 50_000_000L, 10, 500_000_000L, 1_000, 10_000, "");
  }
}
