package io.quorate.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.LaterFormatException;
import io.quorate.cluster.Command.RaiseClusterVersion;
import io.quorate.cluster.Member;
import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.MetadataWorld.Node;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cluster version 2 adds, in groups whose nodes are upgraded from the release before. */
class NamesOfNodesTest {
  private static final int RAISED = Releases.THIS.newest();
  private final MetadataWorld world = new MetadataWorld(11, 3, Releases.BEFORE);

  private void restart(Node node, Release release) {
    node.kill();
    node.release = release;
    node.start();
    assertThat(world.runUntil(() -> node.group().isAnnounced())).isTrue();
  }

  private void upgradeAll() {
    world.startAll();
    world.nodes.forEach(node -> restart(node, Releases.THIS));
  }

  private boolean allAtRaised() {
    return world.nodes.stream().allMatch(node -> node.group().state().clusterVersion() == RAISED);
  }

  @Test
  void namesAreToldOnceTheVersionIsRaised() {
    world.nodes.forEach(node -> node.name = "rack-" + node.id.value());
    upgradeAll();
    assertThat(names()).as("the earlier release would not read them").containsOnly("");

    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
    assertThat(world.runUntil(() -> !names().contains(""))).isTrue();
    assertThat(names()).containsExactly("rack-1", "rack-2", "rack-3");

    Node renamed = world.follower();
    renamed.name = "";
    restart(renamed, Releases.THIS);
    assertThat(world.runUntil(() -> names().contains(""))).isTrue();
  }

  /** As the leader knows them. */
  private List<String> names() {
    return world.leader().group().state().members().values().stream().map(Member::name).toList();
  }

  /** The earlier release has the name in its log and in a snapshot, and can read neither. */
  @Test
  void aNodeThatGoesBackReadsNothingOfTheLaterVersion() {
    upgradeAll();
    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
    Node leader = world.leader();
    Node back = world.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    back.kill();
    assertThat(MetadataState.decode(back.durableState()).cluster().clusterVersion())
        .isEqualTo(RAISED);
    assertThatThrownBy(() -> MetadataState.decode(back.durableState(), Releases.BEFORE.newest()))
        .isInstanceOf(LaterFormatException.class)
        .hasMessageContaining("format 12, and this release of Quorate reads format 11");
  }

  /**
   * The node was away during that decision, and later entries can be read by later releases only.
   */
  @Test
  void aNodeThatWentBackUnheardTakesNothingOfTheLaterVersionAndReturnsWithALaterRelease() {
    upgradeAll();
    Node leader = world.leader();
    Node back = world.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    back.kill();
    assertThat(leader.ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    assertThat(leader.ask(MetadataWorld.tenant("after"))).isInstanceOf(Accepted.class);
    back.release = Releases.BEFORE;
    back.start();

    assertThat(world.runUntil(() -> !back.group().status().stuck().isEmpty())).isTrue();
    assertThat(back.group().state().clusterVersion()).as("not published").isLessThan(RAISED);
    assertThat(back.group().state().tenants()).doesNotContainKey("after");

    back.kill();
    back.release = Releases.THIS;
    back.start();
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
    assertThat(world.runUntil(() -> back.group().state().tenants().containsKey("after"))).isTrue();
  }
}
