package io.quorate.metadata.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.metadata.bootstrap.BootstrapWorld.Node;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Releases;
import io.quorate.raft.Membership;
import io.quorate.raft.Snapshot;
import io.quorate.storage.RaftStore;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void freshNodesFormOneClusterInWhicheverOrderTheyStart() {
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] order : orders) {
      for (int apartSeconds = 0; apartSeconds <= 4; apartSeconds += 2) {
        var world = new BootstrapWorld(apartSeconds);
        List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
        for (int each : order) {
          nodes.get(each).start();
          world.runFor(apartSeconds);
        }
        assertThat(world.runUntilAllJoined()).isTrue();
        assertOneCluster(world);
      }
    }
  }

  @Test
  void everyNodeBeginsWithTheSameGenesis() {
    var world = new BootstrapWorld(1);
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1", "d:1", "e:1", "f:1");
    nodes.get(1).zone = "z2";
    nodes.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    RaftStore.Snapshot genesis = nodes.get(0).durableSnapshot();
    assertThat(genesis.index()).isEqualTo(1);
    assertThat(genesis.term()).isEqualTo(1);
    Membership group = Snapshot.ofBody(1, 1, genesis.payload()).membership();
    assertThat(group.voters()).hasSize(5);
    assertThat(group.learners()).hasSize(1);
    ClusterState state = Founding.state(genesis, Releases.THIS);
    assertThat(state.partitions()).hasSize(16);
    assertThat(state.members().values())
        .extracting(member -> member.address() + member.zone())
        .containsExactlyInAnyOrder("a:1z1", "b:1z2", "c:1z1", "d:1z1", "e:1z1", "f:1z1");
    for (Node node : nodes) {
      assertThat(node.joinedAs().image().snapshot())
          .isNotNull()
          .satisfies(begun -> assertThat(begun.payload()).isEqualTo(genesis.payload()));
      // Votes are counted by term: it must not begin below the term of what it was handed.
      assertThat(node.joinedAs().image().hardState()).isEqualTo(new RaftStore.HardState(1, 0));
      assertThat(node.durableSnapshot().payload()).isEqualTo(genesis.payload());
    }
  }

  @Test
  void aNodeAloneFormsItsOwnCluster() {
    var world = new BootstrapWorld(2);
    world.nodes("a:1").get(0).start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertOneCluster(world);
  }

  @Test
  void nothingFormsBeforeEverySeedWasHeard() {
    var world = new BootstrapWorld(3);
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
    nodes.get(0).start();
    nodes.get(1).start();
    world.runFor(20);
    assertThat(world.clustersEver).isEmpty();
    assertThat(nodes.get(0).waited)
        .contains(
            "to form a cluster of 3 nodes, all of them must be up; not yet: c:1 (connection"
                + " refused)")
        .hasSizeBetween(4, 8);
    assertThat(nodes.get(1).waited).last().asString().contains("a:1, the first of the seeds");
    nodes.get(2).start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertOneCluster(world);
  }

  /** Writes of a start: 1 identity, 2 genesis, 3 identity that names the cluster. */
  @Test
  void aNodeThatDiesAtAnyDurableWriteGoesOnWhereItWas() {
    for (String victim : List.of("a:1", "b:1")) {
      for (int write = 1; write <= 3; write++) {
        for (boolean counts : new boolean[] {false, true}) {
          var world = new BootstrapWorld(10L * write + (counts ? 1 : 0));
          List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
          Node dying = nodes.get(victim.equals("a:1") ? 0 : 1);
          dying.dieAtWrite(write, counts);
          nodes.forEach(Node::start);
          world.runFor(5);
          assertThat(dying.isUp()).as("%s at write %d", victim, write).isFalse();
          int formedBefore = world.clustersEver.size();
          dying.start();
          assertThat(world.runUntilAllJoined()).isTrue();
          assertOneCluster(world);
          if (victim.equals("a:1")) {
            // No other node has seen what the forming node had not made durable.
            assertThat(formedBefore).isZero();
          }
        }
      }
    }
  }

  @Test
  void aCrashBetweenGenesisAndIdentityKeepsTheGenesis() {
    var world = new BootstrapWorld(4);
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
    Node former = nodes.get(0);
    former.dieAtWrite(2, true);
    nodes.forEach(Node::start);
    world.runFor(5);
    ClusterId saved = Founding.state(former.durableSnapshot(), Releases.THIS).clusterId();
    former.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(world.clustersEver).containsExactly(saved.toString());
  }

  @Test
  void whateverCrashesAndGetsLostThereIsOneCluster() {
    int crashes = 0;
    for (long seed = 0; seed < 400; seed++) {
      var world = new BootstrapWorld(seed);
      List<Node> nodes = world.nodes("a:1", "b:1", "c:1", "d:1");
      world.lossPercent = (int) (seed % 3) * 20;
      for (int step = 0; step < 30; step++) {
        Node node = world.random.pick(nodes);
        switch (world.random.nextInt(4)) {
          case 0 -> {
            crashes += node.isUp() ? 1 : 0;
            node.kill();
          }
          case 1 -> node.dieAtWrite(1 + world.random.nextInt(3), world.random.chance(0.5));
          default -> node.start();
        }
        world.world.runFor(java.time.Duration.ofMillis(world.random.nextInt(400)));
      }
      world.lossPercent = 0;
      nodes.forEach(node -> node.writesToLive = -1);
      nodes.forEach(Node::start);
      assertThat(world.runUntilAllJoined()).as("seed %d", seed).isTrue();
      assertOneCluster(world);
    }
    assertThat(crashes).isGreaterThan(1000);
  }

  @Test
  void aMemberRestartsWhetherOrNotOthersAreUp() {
    var world = new BootstrapWorld(5);
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
    nodes.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    Node b = nodes.get(1);
    NodeId id = b.id();
    b.kill();
    b.start();
    assertThat(world.runUntilAllJoined()).isTrue();
    assertThat(b.joinedAs().identity().node()).isEqualTo(id);
    assertThat(b.joinedAs().identity().boot()).isEqualTo(2);
    nodes.forEach(Node::kill);
    b.start();
    world.runFor(3);
    assertThat(b.joined).isNotNull();
    assertOneCluster(world);
  }

  /** Each learns the addresses of the others, though it may have joined at the first answer. */
  @Test
  void membersThatAreAllElsewhereMeetByTheirSeeds() {
    var world = new BootstrapWorld(6);
    List<Node> before = world.nodes("a:1", "b:1", "c:1");
    before.forEach(Node::start);
    assertThat(world.runUntilAllJoined()).isTrue();
    before.forEach(Node::kill);
    world.byAddress.clear();
    List<Node> nodes = world.nodes("x:1", "y:1", "z:1");
    for (int i = 0; i < 3; i++) {
      nodes.get(i).disk = before.get(i).disk;
      nodes.get(i).start();
    }
    assertThat(world.runUntilAllJoined()).isTrue();
    nodes.forEach(Node::askAgain);
    world.runFor(1);
    for (Node node : nodes) {
      Map<NodeId, String> others = new TreeMap<>();
      for (Node other : nodes) {
        if (other != node) {
          others.put(other.id(), other.address + " in 2");
        }
      }
      assertThat(node.met).isEqualTo(others);
    }
  }

  @Test
  void aFounderThatComesLateIsServedByAnyMember() {
    var world = new BootstrapWorld(6);
    List<Node> nodes = world.nodes("a:1", "b:1", "c:1");
    nodes.get(2).dieAtWrite(2, false);
    nodes.forEach(Node::start);
    world.runFor(10);
    nodes.get(0).kill();
    nodes.get(2).start();
    world.runFor(10);
    assertThat(nodes.get(2).joined).isNotNull();
    assertOneCluster(world);
  }

  private static void assertOneCluster(BootstrapWorld world) {
    assertThat(world.clustersEver).hasSize(1);
    for (Node node : world.byAddress.values()) {
      assertThat(node.refusal).isNull();
    }
  }
}
