package io.quorate.metadata.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metadata.bootstrap.BootstrapWorld.Node;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.runtime.Lane;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.kernel.SimRandomness;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.StorageListener;
import io.quorate.storage.memory.MemoryDisk;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootstrapRefusalTest {
  private final BootstrapWorld world = new BootstrapWorld(7);

  private List<Node> formed(String... addresses) {
    List<Node> nodes = world.nodes(addresses);
    nodes.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    return nodes;
  }

  @Test
  void aNodeThatLostItsDiskWaitsAndSaysForWhat() {
    for (int victim = 0; victim < 3; victim++) {
      world.clustersEver.clear();
      List<Node> nodes = formed("a:1", "b:1", "c:1");
      Node lost = nodes.get(victim);
      NodeId member = lost.id();
      String cluster = lost.cluster().toString();
      lost.loseDisk();
      lost.start();
      world.runFor(5);
      assertThat(lost.joined).isNull();
      assertThat(lost.refusal).as("it waits").isNull();
      assertThat(lost.waited)
          .singleElement()
          .asString()
          .contains("empty data directory", lost.address, member.toString(), cluster)
          .contains("quorate cluster readmit " + lost.address, "To start over");
      assertThat(world.clustersEver).containsExactly(cluster);
      nodes.forEach(Node::kill);
    }
  }

  @Test
  void aNodeOfAnotherClusterIsRefused() {
    List<Node> first = formed("a:1", "b:1", "c:1");
    List<Node> second = formed("d:1", "e:1", "f:1");
    Node stray = first.get(1);
    ClusterId theirs = stray.cluster();
    second.get(1).kill();
    stray.kill();
    second.get(1).disk = stray.disk;
    second.get(1).start();
    world.runFor(5);
    assertThat(second.get(1).refusalMessage())
        .contains("data of cluster " + theirs)
        .contains("belongs to cluster " + second.get(0).cluster())
        .contains("node.data_dir");
  }

  /**
   * The operator went back to an earlier release after the upgrade was finalized, or skipped a
   * release.
   */
  @Test
  void aMemberWhoseReleaseCannotWorkAtTheClustersVersionIsRefused() {
    List<Node> nodes = formed("a:1", "b:1", "c:1");
    for (Release release : List.of(new Release("0.0.9", 7, 8), new Release("0.9", 9, 10))) {
      Node node = nodes.get(1);
      node.kill();
      node.release = release;
      node.start();
      world.runFor(2);
      assertThat(node.joined).isNull();
      assertThat(node.refusalKind()).isEqualTo(Refusal.Kind.RELEASE);
      assertThat(node.refusalMessage()).contains("runs release " + release.name(), "is at version");
    }
  }

  @Test
  void aNewcomerWhoseReleaseCannotWorkAtTheClustersVersionIsRefused() {
    formed("a:1", "b:1");
    Node late = world.node("c:1", "a:1", "b:1");
    late.joining = Joining.WITH_SHARE;
    late.release = new Release("0.9", 9, 10);
    late.start();
    world.runFor(5);
    assertThat(late.refusalKind()).isEqualTo(Refusal.Kind.RELEASE);
    assertThat(late.refusalMessage()).contains("runs release 0.9", "This release is too far ahead");
  }

  /** The release never reads an unknown format: the format says that a later release is needed. */
  @Test
  void anEarlierReleaseOnADataDirectoryOfALaterOneIsRefusedForItsRelease() {
    Node node = formed("a:1", "b:1").get(0);
    node.kill();
    node.release = Releases.BEFORE;
    node.start();
    world.runFor(5);
    assertThat(node.refusalKind()).isEqualTo(Refusal.Kind.RELEASE);
    assertThat(node.refusalMessage())
        .contains(
            "runs release 0.1.0", "a later release wrote its data directory", "start it here");
    node.kill();
    node.release = Releases.THIS;
    node.start();
    world.runFor(5);
    assertThat(node.joined).as("nothing was changed").isNotNull();
  }

  @Test
  void oneStrangerAtASeedDoesNotStopAMember() {
    List<Node> nodes = formed("a:1", "b:1", "c:1");
    Node stranger = world.node("b:1", "b:1");
    nodes.get(1).kill();
    stranger.start();
    world.runFor(3);
    nodes.get(0).kill();
    nodes.get(0).start();
    world.runFor(5);
    assertThat(nodes.get(0).joined).isNotNull();
    assertThat(nodes.get(0).met).as("who is of another cluster is not met").hasSize(1);
  }

  @Test
  void aFreshNodeThatTheClusterFormedWithoutIsRefused() {
    formed("a:1", "b:1");
    Node late = world.node("c:1", "a:1", "b:1", "c:1");
    late.start();
    world.runFor(5);
    assertThat(late.refusalMessage())
        .contains("of which it is no member", "set cluster.join to true");
  }

  @Test
  void seedListsThatDifferAreBothShown() {
    Node a = world.node("a:1", "a:1", "b:1");
    Node b = world.node("b:1", "a:1", "b:1", "c:1");
    a.start();
    b.start();
    world.runFor(5);
    for (Node node : List.of(a, b)) {
      if (node.refusal != null) {
        assertThat(node.refusalKind()).isEqualTo(Refusal.Kind.CONFIGURATION);
        assertThat(node.refusalMessage()).contains("[a:1, b:1]", "[a:1, b:1, c:1]");
      }
    }
    assertThat(a.refusal != null || b.refusal != null).isTrue();
    assertThat(world.clustersEver).isEmpty();
  }

  @Test
  void aNodeThatIsNotAmongItsSeedsIsRefused() {
    Node node = world.node("x:1", "a:1", "b:1");
    node.start();
    world.runFor(1);
    assertThat(node.refusalMessage())
        .contains("this node's address x:1 is not among cluster.seeds [a:1, b:1]");
  }

  @Test
  void aSeedUnderAnotherNameThanItsOwnIsRefused() {
    Node a = world.node("a:1", "a:1", "localhost:1");
    world.byAddress.put("localhost:1", world.byAddress.get("a:1"));
    a.start();
    world.runFor(1);
    assertThat(a.refusalMessage()).contains("answers at the seed localhost:1 calls itself a:1");
  }

  @Test
  void aCopiedDataDirectoryIsRefused() {
    Node a = world.node("a:1", "a:1", "b:1");
    Node b = world.node("b:1", "a:1", "b:1");
    NodeId same = new NodeId(42);
    save(a.disk, new Identity(same, 1, null));
    save(b.disk, new Identity(same, 1, null));
    a.start();
    b.start();
    world.runFor(5);
    assertThat(world.clustersEver).isEmpty();
    assertThat(List.of(a, b))
        .anySatisfy(node -> assertThat(node.refusalMessage()).contains("a copy of the other's"));
  }

  @Test
  void anIdentityWithoutItsMetadataIsRefused() {
    Node a = world.node("a:1", "a:1");
    save(a.disk, new Identity(new NodeId(42), 3, new ClusterId(7)));
    a.start();
    world.runFor(1);
    assertThat(a.refusalKind()).isEqualTo(Refusal.Kind.DATA);
    assertThat(a.refusalMessage()).contains("cluster 0000000000000007", "metadata is missing");
  }

  @Test
  void aDiskThatTakesNothingIsNamed() {
    Node a = world.node("a:1", "a:1");
    a.start();
    assertThat(world.world.runUntil(() -> a.bootstrap != null, Duration.ofSeconds(1))).isTrue();
    a.disk.full(true);
    world.runFor(1);
    assertThat(a.refusalKind()).isEqualTo(Refusal.Kind.DISK);
    assertThat(a.refusalMessage()).contains("the disk is full");
    assertThat(world.clustersEver).isEmpty();
  }

  /** The genesis was saved and the identity was not: as after a crash between the two. */
  @Test
  void aDiskThatTakesNoIdentityIsNamedAndTheNextStartGoesOn() {
    Node a = world.node("a:1", "a:1");
    a.start();
    assertThat(
            world.world.runUntil(
                () -> a.disk.durableRaft().snapshot() != null, Duration.ofSeconds(1)))
        .isTrue();
    a.disk.full(true);
    world.runFor(1);
    assertThat(a.refusalKind()).isEqualTo(Refusal.Kind.DISK);
    assertThat(world.clustersEver).isEmpty();

    a.disk.full(false);
    a.start();
    assertThat(world.runUntilAllJoined()).isTrue();
  }

  @Test
  void impossibleNamesAreRefusedInsteadOfFormingACluster() {
    Node a = world.node("a:1", "a:1");
    a.zone = "Zone One";
    a.start();
    world.runFor(1);
    assertThat(a.refusalMessage()).contains("no cluster can be formed", "Zone One");
  }

  private void save(MemoryDisk disk, Identity identity) {
    Lane lane = new SimLane(world.world, "setup", world.random.split("setup"));
    try (var storage =
        disk.mount(
            lane,
            new SimRandomness(world.random.split("setup")),
            StorageListener.NONE,
            health -> {})) {
      storage.identity().save(identity);
    }
  }
}
