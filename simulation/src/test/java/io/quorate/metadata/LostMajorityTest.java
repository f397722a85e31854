package io.quorate.metadata;

import static io.quorate.metadata.MetadataWorld.tenant;
import static io.quorate.metadata.MetadataWorld.ttl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.MetadataWorld.Asked;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.placement.PartitionPlacement;
import io.quorate.raft.EntryId;
import io.quorate.storage.RaftStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group of seven, of which five vote, loses three voters for good. */
class LostMajorityTest {
  private static final Duration LONG = Duration.ofSeconds(40);

  private static MetadataWorld running(long seed) {
    var world = new MetadataWorld(seed, 7);
    world.startAll();
    world.leader();
    assertThat(world.nodes.get(0).ask(tenant("before")))
        .isInstanceOf(CommandOutcome.Accepted.class);
    world.runFor(Duration.ofSeconds(1));
    return world;
  }

  private static List<Node> first(MetadataWorld world, int count) {
    return world.nodes.subList(0, count);
  }

  @Test
  void oneSurvivorLeadsTheOthersOnAndTheyVoteAgain() {
    for (int seed = 1; seed <= 10; seed++) {
      var world = running(seed);
      first(world, 3).forEach(Node::kill);
      world.runFor(Duration.ofSeconds(3));
      Node survivor = world.nodes.get(3);
      assertThat(survivor.propose(tenant("x"), Duration.ofSeconds(2)).isAccepted()).isFalse();
      long epochBefore = epochs(survivor).getFirst();

      survivor.kill();
      GroupRecord left = survivor.recover();
      assertThat(left.membership().voters()).hasSize(5);
      survivor.start();
      assertThat(world.leader()).isSameAs(survivor);
      assertThat(survivor.ask(tenant("after"))).isInstanceOf(CommandOutcome.Accepted.class);

      // Nodes that never stopped, learners and the other voter, follow.
      long version = survivor.group().state().stateVersion();
      assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
      for (Node node : world.nodes.subList(3, 7)) {
        ClusterState state = node.group().state();
        assertThat(state.tenants()).containsKeys("before", "after");
        assertThat(epochs(node)).allMatch(epoch -> epoch > epochBefore + 1_000_000);
        assertThat(state.recoveries())
            .singleElement()
            .satisfies(
                recovery -> {
                  assertThat(recovery.survivor()).isEqualTo(survivor.id);
                  assertThat(recovery.index()).isEqualTo(left.last().index());
                  assertThat(recovery.voters())
                      .containsExactlyElementsOf(left.membership().voters());
                });
      }
      // The voters are three of the four remaining nodes, and no lost one.
      assertThat(world.world.runUntil(() -> survivor.group().status().voters().size() == 3, LONG))
          .as("voters %s", survivor.group().status().voters())
          .isTrue();
      assertThat(survivor.group().status().voters()).allMatch(voter -> voter.value() > 3);
      world.runFor(Duration.ofSeconds(1)); // it is in force at once, and decided a little later
      survivor.kill();
      assertThat(world.leader()).isNotSameAs(survivor);
    }
  }

  /**
   * The old members are a majority of the group that they know, and do not know of the recovery.
   */
  @Test
  void votersThatComeBackFollowAndWhatTheyDecidedMeanwhileEndsThem() {
    var world = running(20);
    first(world, 3).forEach(Node::kill);
    Node survivor = world.nodes.get(3);
    survivor.kill();
    survivor.recover();
    survivor.start();
    assertThat(world.leader()).isSameAs(survivor);
    assertThat(survivor.ask(ttl(7))).isInstanceOf(CommandOutcome.Accepted.class);

    Node asleep = world.nodes.get(2);
    asleep.start();
    assertThat(world.runUntil(() -> showsTtl(asleep, 7))).isTrue();
    assertThat(asleep.abandoned).isNull();

    // Two more, cut off from all that have heard: with the third they would be a majority.
    Node one = world.nodes.get(0);
    Node other = world.nodes.get(1);
    one.start();
    other.start();
    Asked asked = one.propose(ttl(9), Duration.ofSeconds(5));
    world.runFor(Duration.ofSeconds(10));
    assertThat(asked.isAccepted()).isTrue(); // by the recovered group, which has reached them
    for (Node node : world.nodes) {
      assertThat(node.abandoned).isNull();
      assertThat(world.runUntil(() -> showsTtl(node, 9))).isTrue();
    }
  }

  @Test
  void aNodeThatHasAppliedMoreThanTheSurvivorKnewStopsAndSaysSo() {
    var world = running(30);
    Node survivor = world.nodes.get(3);
    Node ahead = world.nodes.get(6);
    survivor.kill();
    // Decided by the others, and acted upon by the learner.
    assertThat(world.nodes.get(0).ask(ttl(7))).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(world.runUntil(() -> showsTtl(ahead, 7))).isTrue();
    first(world, 3).forEach(Node::kill);
    world.nodes.get(4).kill();

    GroupRecord older = survivor.recover();
    survivor.start();
    assertThat(world.runUntil(() -> ahead.abandoned != null)).isTrue();
    assertThat(ahead.abandoned)
        .contains("has acted upon entry", older.last().toString(), "quorate metadata recover");
    assertThat(ahead.group().state().tenants().get("default"))
        .satisfies(tenant -> assertThat(tenant.defaultTtlMillis()).isEqualTo(7));
  }

  /** Which is what the operator compares. */
  @Test
  void theLogOfANodeThatHasAppliedMoreEndsHigher() {
    var world = running(31);
    Node survivor = world.nodes.get(3);
    Node ahead = world.nodes.get(6);
    survivor.kill();
    assertThat(world.nodes.get(0).ask(ttl(7))).isInstanceOf(CommandOutcome.Accepted.class);
    assertThat(world.runUntil(() -> showsTtl(ahead, 7))).isTrue();
    ahead.kill();
    EntryId older = LostMajority.inspect(survivor.stored()).last();
    EntryId newer = LostMajority.inspect(ahead.stored()).last();
    assertThat(newer).isGreaterThan(older);

    // A learner may be the survivor, too.
    world.nodes.forEach(Node::kill);
    ahead.recover();
    world.nodes.subList(3, 7).forEach(Node::start);
    assertThat(world.leader()).isSameAs(ahead);
    assertThat(world.runUntil(() -> showsTtl(survivor, 7))).isTrue();
  }

  @Test
  void aSecondLossIsRecoveredLikeTheFirst() {
    var world = running(40);
    first(world, 3).forEach(Node::kill);
    Node survivor = world.nodes.get(3);
    survivor.kill();
    survivor.recover();
    survivor.start();
    world.leader();
    Node next = world.nodes.get(5);
    assertThat(world.runUntil(() -> !next.group().state().recoveries().isEmpty())).isTrue();
    List<Long> first = epochs(next);

    survivor.kill();
    next.kill();
    next.recover();
    next.start();
    assertThat(world.leader()).isSameAs(next);
    assertThat(next.group().state().recoveries()).hasSize(2);
    assertThat(epochs(next).getFirst()).isGreaterThan(first.getFirst() + 1_000_000 - 1);
    // A node that missed both recoveries takes the newest log, and so does the first recovery's
    // survivor.
    Node slept = world.nodes.get(0);
    slept.start();
    survivor.start();
    assertThat(world.runUntil(() -> slept.group().state().recoveries().size() == 2)).isTrue();
    assertThat(world.runUntil(() -> survivor.group().state().recoveries().size() == 2)).isTrue();
  }

  /** As an error could leave them on disk; no term is above the second. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 33, Long.MAX_VALUE})
  void groupWhoseTermsAreWrongIsRecovered(long wrong) {
    var world = running(60);
    world.nodes.forEach(Node::kill);
    RaftStore.Change change =
        new RaftStore.Change(new RaftStore.HardState(wrong, 0), null, true, List.of());
    world.nodes.forEach(node -> node.save(change));
    world.nodes.forEach(Node::start);
    world.runFor(Duration.ofSeconds(10));
    assertThat(world.nodes).allMatch(node -> node.group().status().leader() == null);

    Node survivor = world.nodes.get(3);
    survivor.kill();
    survivor.recover();
    survivor.start();
    assertThat(world.leader()).isSameAs(survivor);
    assertThat(survivor.ask(tenant("after"))).isInstanceOf(CommandOutcome.Accepted.class);
    long version = survivor.group().state().stateVersion();
    assertThat(world.runUntil(() -> world.allShow(version))).isTrue();
    assertThat(world.world.runUntil(() -> survivor.group().status().voters().size() == 5, LONG))
        .as("voters %s", survivor.group().status().voters())
        .isTrue();
  }

  @Test
  void aDepartedNodeIsNoSurvivor() {
    var world = running(50);
    Node node = world.nodes.get(3);
    node.kill();
    assertThatThrownBy(
            () ->
                LostMajority.recover(
                    new NodeId(99), node.stored(), 1, 0, "operator", Releases.THIS))
        .hasMessageContaining("has left cluster");
  }

  private static boolean showsTtl(Node node, long millis) {
    return Objects.requireNonNull(node.group().state().tenants().get("default")).defaultTtlMillis()
        == millis;
  }

  private static List<Long> epochs(Node node) {
    return node.group().state().partitions().stream().map(PartitionPlacement::epoch).toList();
  }
}
