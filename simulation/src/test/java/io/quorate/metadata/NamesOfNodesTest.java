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
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What cluster version 2 adds, in groups whose nodes are upgraded from the release before. */
class NamesOfNodesTest {
  private static final int RAISED = Releases.THIS.newest();
  private static final Duration A_WHILE = Duration.ofSeconds(10);

  private final MetadataWorld world = new MetadataWorld(11, 3, Releases.BEFORE);

  /** Another node leads from then on. */
  private void restart(Node node, Release release) {
    node.kill();
    Node unused = world.leader();
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

  /**
   * The setting is wrong, and the version before keeps nodes from telling it: they run well until
   * all tell it at once.
   */
  @Test
  void anAddressOfAllNodesEndsNoneOfThemWhenTheVersionIsRaised() {
    world.nodes.forEach(node -> node.clientAddress = "balancer:7400");
    upgradeAll();
    assertThat(world.leader().ask(new RaiseClusterVersion(RAISED))).isInstanceOf(Accepted.class);
    assertThat(world.runUntil(this::allAtRaised)).isTrue();
    assertThat(world.runUntil(() -> refused().size() == 2)).isTrue();
    long settled = settledLog();
    assertThat(world.nodes).allMatch(node -> node.rejected == null);
    assertThat(world.nodes).allMatch(node -> node.group().isAnnounced());
    assertThat(refused())
        .allSatisfy(
            node -> {
              assertThat(node.announcementsRefused).as("told once").hasSize(1);
              assertThat(node.group().status().announcementRefused())
                  .contains("address balancer:7400 is that of node");
            });

    // Nodes have changed, so the others announce themselves again, and are refused as before.
    Node taken =
        world.nodes.stream().filter(node -> !refused().contains(node)).findFirst().orElseThrow();
    restart(taken, Releases.THIS);
    long before = settledLog();
    assertThat(before).isGreaterThan(settled);
    restart(taken, Releases.THIS);
    assertThat(settledLog()).as("a start and two announcements").isEqualTo(before + 3);
    assertThat(refused()).hasSize(2);
    assertThat(refused())
        .allSatisfy(node -> assertThat(node.announcementsRefused).as("told once").hasSize(1));

    // The one that the cluster took has its own now, so one of the others has that of all.
    taken.clientAddress = "n%s.example:7400".formatted(taken.id.value());
    restart(taken, Releases.THIS);
    assertThat(world.runUntil(() -> refused().size() == 1)).isTrue();
    Node last = refused().getFirst();
    last.clientAddress = "n%s.example:7400".formatted(last.id.value());
    restart(last, Releases.THIS);
    assertThat(world.runUntil(() -> refused().isEmpty())).isTrue();
  }

  /**
   * Returns how long the log is when no node adds to it any more. What is refused changes no state
   * and is in the log all the same.
   */
  private long settledLog() {
    world.runFor(A_WHILE);
    long length = world.leader().group().status().commitIndex();
    world.runFor(A_WHILE);
    assertThat(world.leader().group().status().commitIndex())
        .as("nothing is announced over and over")
        .isEqualTo(length);
    return length;
  }

  /** Those of which the cluster does not take all that they announce, as they say. */
  private List<Node> refused() {
    return world.nodes.stream()
        .filter(node -> !node.group().status().announcementRefused().isEmpty())
        .toList();
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
