package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.KeyValue;
import io.quorate.client.Level;
import io.quorate.client.QuorateClient;
import io.quorate.client.QuorateException;
import io.quorate.client.ReadOptions;
import io.quorate.client.UnavailableException;
import io.quorate.client.WriteOptions;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeMaintenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault does what it says, and nothing of it is left when it is taken back. */
@Timeout(120)
@QuorateTest(nodes = 3, settings = "health.clock_bound=1h")
class FaultsTest {
  private static final Duration SOON = Duration.ofSeconds(2);

  private final QuorateCluster cluster;
  private final QuorateClient client;
  private final KeyValue store;

  FaultsTest(QuorateCluster cluster, QuorateClient client) {
    this.cluster = cluster;
    this.client = client;
    this.store = client.keyValue();
  }

  @Test
  void aKilledNodeIsNotMissedAndComesBackWithWhatItMissed() {
    cluster.node(3).kill();
    assertThat(cluster.node(3).state()).isEqualTo(NodeState.KILLED);
    putAll("killed");
    expectAll("killed");
    cluster.node(3).start();
    cluster.awaitHealthy();
    cluster.node(1).kill(); // so that each quorum needs the one that was away
    expectAll("killed");
  }

  @Test
  void withoutAMajorityWritesAreRefusedSoon() {
    cluster.node(1).kill();
    cluster.node(2).kill();
    Await.untilAsserted(
        () ->
            assertThatThrownBy(() -> store.put("refused", "v", WriteOptions.DEFAULT.timeout(SOON)))
                .isInstanceOf(UnavailableException.class));
    assertThat(store.get("none", ReadOptions.DEFAULT.level(Level.ONE)).found()).isFalse();
  }

  @Test
  void afterAllWereKilledAllThatWasAcknowledgedIsThere() {
    putAll("all");
    cluster.nodes().forEach(ClusterNode::kill);
    assertThat(cluster.nodes()).extracting(ClusterNode::state).containsOnly(NodeState.KILLED);
    cluster.nodes().forEach(ClusterNode::start);
    cluster.awaitHealthy();
    expectAll("all");
  }

  /** A node that stops writes out what is in its memory; one that is killed cannot. */
  @Test
  void aKilledNodeLeavesItsLogAndAStoppedOneHasWrittenItOut() {
    putAll("log");
    Path directory = cluster.node(2).directory();
    long before = tables(directory);
    cluster.node(2).kill();
    assertThat(tables(directory)).isEqualTo(before);
    cluster.node(2).start();
    cluster.awaitHealthy();
    before = tables(directory);
    putAll("log");
    cluster.node(2).stop();
    assertThat(cluster.node(2).state()).isEqualTo(NodeState.STOPPED);
    assertThat(tables(directory)).isGreaterThan(before);
  }

  @Test
  void aNodeThatIsCutOffRefusesAndCatchesUpOnceHealed() {
    cluster.node(3).cut();
    assertThat(cluster.node(3).toString())
        .contains("cut: node-1 -> node-3", "cut: node-3 -> node-1", "cut: node-2 -> node-3");
    Await.untilAsserted(() -> assertThat(stateSeen(3, 1)).isNotEqualTo(ClusterStatus.State.UP));
    Await.untilAsserted(() -> assertThat(stateSeen(1, 3)).isNotEqualTo(ClusterStatus.State.UP));
    cluster.node(3).cutClients();
    try (QuorateClient majority = cluster.clientBuilder().build()) {
      putAll(majority.keyValue(), "cut");
    }
    cluster.node(1).cutClients();
    cluster.node(2).cutClients();
    cluster.node(3).healClients();
    assertThat(cluster.node(3).toString()).contains("cut: node-1").doesNotContain("clients");
    try (QuorateClient minority = cluster.clientBuilder().timeout(SOON).build()) {
      assertThatThrownBy(() -> minority.keyValue().put("cut", "minority's"))
          .isInstanceOf(QuorateException.class);
      assertThat(foundAtOne(minority.keyValue(), "cut-0")).isFalse();
      cluster.node(3).heal(); // clients reach it alone
      Await.untilAsserted(
          () -> {
            for (int i = 0; i < 20; i++) {
              assertThat(foundAtOne(minority.keyValue(), "cut-" + i)).isTrue();
            }
          });
    }
  }

  @Test
  void aCutOfOneWayIsNoticedByThoseWhoHearNothing() {
    cluster.node(2).cutOutgoing();
    Await.untilAsserted(() -> assertThat(stateSeen(1, 2)).isNotEqualTo(ClusterStatus.State.UP));
    cluster.heal();
    cluster.node(2).cutIncoming(cluster.node(1));
    Await.untilAsserted(() -> assertThat(stateSeen(2, 1)).isNotEqualTo(ClusterStatus.State.UP));
    assertThat(stateSeen(2, 3)).isEqualTo(ClusterStatus.State.UP);
  }

  @Test
  void aPausedNodeAnswersNothingUntilItIsResumed() {
    cluster.node(1).pause();
    assertThat(cluster.node(1).state()).isEqualTo(NodeState.PAUSED);
    try (QuorateClient impatient = cluster.clientBuilder().timeout(SOON).build()) {
      assertThatThrownBy(
              () -> Administration.of(impatient).cluster().statusOf(cluster.node(1).address()))
          .isInstanceOf(QuorateException.class);
    }
    Await.untilAsserted(() -> assertThat(stateSeen(2, 1)).isNotEqualTo(ClusterStatus.State.UP));
    putAll("paused");
    cluster.node(1).resume();
    cluster.awaitHealthy();
    cluster.node(2).kill();
    expectAll("paused");
  }

  @Test
  void aPausedNodeCanBeKilledAndStopped() {
    cluster.node(1).pause();
    cluster.node(1).kill();
    assertThat(cluster.node(1).state()).isEqualTo(NodeState.KILLED);
    assertThatThrownBy(() -> cluster.node(1).pause())
        .hasMessage("node-1 cannot be paused, for it does not run; it is KILLED");
    cluster.node(1).start();
    cluster.node(1).awaitReady();
    cluster.node(1).pause();
    cluster.node(1).stop();
    assertThat(cluster.node(1).state()).isEqualTo(NodeState.STOPPED);
  }

  /** Also if the clock of the node that wrote before was ten minutes ahead. */
  @Test
  void laterWritesWinOverThoseOfANodeWhoseClockIsAhead() {
    Duration ahead = Duration.ofMinutes(10);
    cluster.node(1).clock().shift(ahead);
    assertThat(cluster.node(1).clock().offset()).isEqualTo(ahead);
    cluster.node(2).cutClients();
    cluster.node(3).cutClients();
    long now = System.currentTimeMillis();
    try (QuorateClient early = cluster.clientBuilder().build()) {
      // Time on its way counts by the node's clock: a shorter one would be over on arrival.
      Duration longest = ahead.plusMinutes(2);
      var stamped =
          early.keyValue().put("clock", "early", WriteOptions.DEFAULT.timeout(longest)).version();
      assertThat(stamped.millis()).isGreaterThan(now + ahead.toMillis() - 1000);
    }
    cluster.node(2).heal();
    cluster.node(3).heal();
    cluster.node(1).cutClients();
    try (QuorateClient late = cluster.clientBuilder().build()) {
      Await.untilAsserted(() -> late.keyValue().put("clock", "late"));
      assertThat(late.keyValue().get("clock").text()).isEqualTo("late");
    }
    cluster.heal();
    assertThat(cluster.node(1).clock().offset()).isEqualTo(Duration.ZERO);
    assertThat(store.get("clock").text()).isEqualTo("late");
  }

  @Test
  void aNodeThatWasDrainedIsPutBackByHeal() {
    NodeMaintenance second = Administration.of(client).maintenance(cluster.node(2).address());
    second.setDrained(true);
    assertThat(second.drainStatus().drained()).isTrue();
    cluster.heal();
    assertThat(second.drainStatus().drained()).isFalse();
  }

  @Test
  void cutsAreBetweenNodesOfOneCluster() {
    assertThatThrownBy(() -> cluster.node(1).cut(cluster.node(1)))
        .hasMessage("node-1 cannot be cut off from itself: give other nodes of its cluster");
    assertThatThrownBy(() -> cluster.node(4))
        .hasMessage("there is no node 4: the 3 nodes are numbered from 1");
  }

  private void putAll(String name) {
    putAll(store, name);
  }

  private static void putAll(KeyValue by, String name) {
    for (int i = 0; i < 20; i++) {
      String key = name + "-" + i;
      Await.untilAsserted(() -> by.put(key, key));
    }
  }

  private void expectAll(String name) {
    for (int i = 0; i < 20; i++) {
      String key = name + "-" + i;
      Await.untilAsserted(() -> assertThat(store.get(key).text()).isEqualTo(key));
    }
  }

  private static boolean foundAtOne(KeyValue store, String key) {
    return store.get(key, ReadOptions.DEFAULT.level(Level.ONE)).found();
  }

  /** What one node thinks of another. */
  private ClusterStatus.State stateSeen(int by, int of) {
    return Administration.of(cluster.client())
        .cluster()
        .statusOf(cluster.node(by).address())
        .nodes()
        .stream()
        .filter(each -> each.address().equals(cluster.node(of).address()))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private static long tables(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".sst")).count();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
