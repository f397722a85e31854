package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.time.Duration;
import java.util.Objects;
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
}
