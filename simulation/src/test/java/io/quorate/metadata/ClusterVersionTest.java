package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AlterTenant;
import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.TenantSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Nodes of two releases in one metadata group, before and after its version is raised. */
class ClusterVersionTest {
  private static final int RAISED = Releases.NEXT.newest();
  private final MetadataWorld world = new MetadataWorld(11, 3);

  private void restart(Node node, Release release) {
    node.kill();
    node.release = release;
    node.start();
    assertThat(
            world.runUntil(
                () ->
                    world.nodes.stream()
                        .allMatch(
                            each ->
                                release.equals(releaseOf(each, node))
                                    && each.group().isAnnounced())))
        .isTrue();
  }

  /** The release of a node, as another knows it. */
  private static Release releaseOf(Node knows, Node node) {
    return Objects.requireNonNull(knows.group().state().members().get(node.id)).release();
  }

  private void upgradeAll() {
    world.startAll();
    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED)))
        .isInstanceOfSatisfying(
            Rejected.class, it -> assertThat(it.reason()).contains("before all of its nodes can"));
    for (Node node : world.nodes) {
      restart(node, Releases.NEXT);
    }
  }

  private boolean allAtRaised() {
    return world.nodes.stream().allMatch(node -> node.group().state().clusterVersion() == RAISED);
  }

  @Test
  void nodesAreUpgradedOneByOneAndGoBackUntilTheVersionIsRaised() {
    upgradeAll();
    Node back = world.follower();
    restart(back, Releases.THIS);
    assertThat(world.leader().ask(MetadataWorld.tenant("between"))).isInstanceOf(Accepted.class);
    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED)))
        .isInstanceOfSatisfying(
            Rejected.class, it -> assertThat(it.reason()).contains(back.id.toString()));
    restart(back, Releases.NEXT);
    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
  }

  /** Members of the release before would fold it in, and could not plan for it. */
  @Test
  void atTheFirstVersionNoTenantIsAlteredToMoreReplicasThanListsCanHave() {
    MetadataWorld group = new MetadataWorld(11, 3, Releases.BEFORE);
    group.nodes.forEach(node -> node.release = Releases.THIS);
    group.startAll();
    assertThat(group.leader().group().state().clusterVersion()).isEqualTo(1);
    assertThat(group.leader().ask(new AlterTenant("", TenantSettings.NONE, 8)))
        .isInstanceOfSatisfying(
            Rejected.class, it -> assertThat(it.reason()).contains("at most 7 replicas"));
  }

  /**
   * One operator restarted the node while another one finalized: the node's report was from its
   * last start.
   */
  @Test
  void aNodeThatWentBackUnheardStandsStillWhenTheVersionIsRaisedAndReturnsWithALaterRelease() {
    upgradeAll();
    Node leader = world.leader();
    Node back = world.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    back.kill();
    assertThat(leader.ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    back.release = Releases.THIS;
    back.start();

    assertThat(world.runUntil(() -> !back.group().status().stuck().isEmpty())).isTrue();
    assertThat(back.group().status().stuck())
        .contains("the cluster is at version " + RAISED)
        .contains("this node runs release 0.2.0", "start a release here that works at that");
    assertThat(back.group().state().clusterVersion()).as("not published").isLessThan(RAISED);
    assertThat(leader.ask(MetadataWorld.tenant("after"))).isInstanceOf(Accepted.class);
    world.runFor(Duration.ofSeconds(5));
    assertThat(back.group().state().tenants()).doesNotContainKey("after");

    back.kill();
    back.release = Releases.NEXT;
    back.start();
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
    assertThat(world.runUntil(() -> back.group().state().tenants().containsKey("after"))).isTrue();
  }

  /** The node was away until the others no longer had the entries that it lacks. */
  @Test
  void aSnapshotOfAVersionThatTheReleaseCannotWorkAtIsNotTaken() {
    world.config = MetadataGroupTest.shortLog();
    upgradeAll();
    Node leader = world.leader();
    Node back = world.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    back.kill();
    assertThat(leader.ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    for (int i = 0; i < 40; i++) {
      assertThat(leader.ask(MetadataWorld.tenant("t" + i))).isInstanceOf(Accepted.class);
    }
    back.release = Releases.THIS;
    back.start();

    assertThat(world.runUntil(() -> !back.group().status().stuck().isEmpty())).isTrue();
    assertThat(back.group().status().stuck())
        .contains("the snapshot at", "the cluster is at version " + RAISED);
    back.kill();
    back.release = Releases.NEXT;
    back.start();
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
  }

  /**
   * The leader dies when the raise is committed and few know it. A command that needs the version
   * comes while the next leader has not applied what its predecessor had committed.
   */
  @Test
  void aNewLeaderRefusesNothingThatACommittedRaiseAllows() {
    int early = 0;
    for (int seed = 1; seed <= 12; seed++) {
      early += aCommandRightAfterTheRaiseIsTaken(seed, seed % 2 == 0) ? 1 : 0;
    }
    assertThat(early).as("asked before the new leader knew of the raise").isPositive();
  }

  /**
   * @param ofOther whether a follower that knows of the raise passes the command on
   * @return whether the leader did not know of the raise when it was asked
   */
  private static boolean aCommandRightAfterTheRaiseIsTaken(int seed, boolean ofOther) {
    MetadataWorld group = new MetadataWorld(seed, 5, Releases.BEFORE);
    for (Node node : group.nodes) {
      node.release = Releases.THIS;
    }
    group.startAll();
    assertThat(group.runUntil(() -> group.nodes.stream().allMatch(n -> n.group().isAnnounced())))
        .isTrue();
    int raised = Releases.THIS.newest();
    Node first = group.leader();
    assertThat(first.group().state().clusterVersion()).isLessThan(raised);
    long before = first.group().raft().commitIndex();
    var unused = first.propose(new RaiseClusterVersion(raised), Duration.ofSeconds(10));
    assertThat(
            group.runUntil(
                () ->
                    group.nodes.stream()
                        .anyMatch(
                            node ->
                                (node != first || !ofOther)
                                    && node.group().raft().commitIndex() > before)))
        .isTrue();
    first.kill();
    assertThat(group.runUntil(() -> group.nodes.stream().anyMatch(n -> n.isUp() && n.leads())))
        .isTrue();
    Node leader = group.nodes.stream().filter(n -> n.isUp() && n.leads()).findFirst().orElseThrow();
    boolean early = leader.group().state().clusterVersion() < raised;
    Node asked =
        group.nodes.stream()
            .filter(n -> n.isUp() && n.group().state().clusterVersion() == raised)
            .findFirst()
            .orElse(leader);
    Command byRegion =
        new CreateTenant(
            "later",
            ReplicationFactor.byRegion(new TreeMap<>(Map.of("r", 3))),
            TenantSettings.NONE);
    assertThat(asked.ask(byRegion)).as("seed %s", seed).isInstanceOf(Accepted.class);
    return early;
  }
}
