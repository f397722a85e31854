package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.InvalidRequestException;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.TenantSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuorateClusterTest {
  @Test
  void twoClustersServeAtTheSameTimeEachUnderItsAddresses() {
    try (QuorateCluster one = QuorateCluster.builder().nodes(2).tenant("orders").start();
        QuorateCluster other = QuorateCluster.builder().nodes(1).start();
        QuorateClient orders = one.clientBuilder().tenant("orders").build()) {
      assertThat(one.addresses())
          .hasSize(2)
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(other.addresses());
      var unused = one.client().keyValue().put("k", "one");
      var unusedToo = orders.keyValue().put("k", "orders");
      var unusedThree = other.client().keyValue().put("k", "other");
      assertThat(one.client().keyValue().get("k").text()).isEqualTo("one");
      assertThat(orders.keyValue().get("k").text()).isEqualTo("orders");
      assertThat(other.client().keyValue().get("k").text()).isEqualTo("other");
      assertThat(one.describe().lines())
          .containsExactly(
              "node-1 " + one.addresses().get(0) + " running",
              "node-2 " + one.addresses().get(1) + " running");
    }
  }

  /** The application's own tests look up names and log in this process, too. */
  @Test
  void whatHoldsForTheWholeProcessIsLeftAsItIs() {
    try (QuorateCluster cluster = QuorateCluster.builder().nodes(1).start()) {
      var unused = cluster.client().keyValue().put("k", "v");
    }
    assertThat(Security.getProperty("networkaddress.cache.ttl")).isNull();
    assertThat(Security.getProperty("networkaddress.cache.negative.ttl")).isEqualTo("10");
    Logger server = Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler");
    assertThat(server.getLevel()).isNull();
  }

  @Test
  void settingsReachTheNodes() {
    try (QuorateCluster cluster =
        QuorateCluster.builder().nodes(1).setting("limits.max_value_bytes", "16").start()) {
      var unused = cluster.client().keyValue().put("k", "sixteen bytes...");
      assertThatThrownBy(() -> cluster.client().keyValue().put("k", "seventeen bytes.."))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("16");
    }
  }

  @Test
  void whatCannotBeIsToldAndNothingOfItIsLeft() throws Exception {
    Set<String> before = threads();
    QuorateCluster.Builder unknown = QuorateCluster.builder().setting("limits.max_value", "1MiB");
    assertThatThrownBy(unknown::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown setting 'limits.max_value'; did you mean");
    QuorateCluster.Builder outOfRange =
        QuorateCluster.builder().setting("storage.sync_spacing", "2m");
    assertThatThrownBy(outOfRange::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("storage.sync_spacing");
    QuorateCluster.Builder own = QuorateCluster.builder().setting("node.address", "127.0.0.1:7401");
    assertThatThrownBy(own::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("node.address cannot be set: the test cluster decides it for each node");
    QuorateCluster.Builder replicas =
        QuorateCluster.builder().nodes(1).tenant("not a name", TenantSettings.DEFAULT);
    assertThatThrownBy(replicas::start)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("not a name");
    assertThatThrownBy(() -> QuorateCluster.builder().nodes(0))
        .hasMessage("0 nodes: give a number from 1 to 32");
    assertThatThrownBy(() -> QuorateCluster.builder().timeout(Duration.ZERO))
        .hasMessageContaining("give more than zero");
    Await.untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  @Test
  void closingDeletesTheDirectoryAndLeavesNoThreads() throws Exception {
    Set<String> before = threads();
    Path directory;
    try (QuorateCluster cluster = QuorateCluster.builder().start()) {
      directory = cluster.node(1).directory();
      var unused = cluster.client().keyValue().put("k", "v");
      cluster.node(2).kill();
      cluster.node(2).start();
      cluster.node(3).pause();
      assertThat(directory).isDirectory();
      assertThat(threads()).hasSizeGreaterThan(before.size());
    }
    assertThat(directory.getParent()).doesNotExist();
    Await.untilAsserted(() -> assertThat(threads()).isSubsetOf(before));
  }

  @Test
  void aDirectoryThatWasGivenStaysForALaterCluster(@TempDir Path directory) {
    QuorateCluster.Builder builder = QuorateCluster.builder().nodes(3).directory(directory);
    try (QuorateCluster cluster = builder.start()) {
      var unused = cluster.client().keyValue().put("k", "v");
    }
    assertThat(directory.resolve("node-1")).isDirectory();
    assertThat(Files.isDirectory(directory.resolve("node-3"))).isTrue();
    try (QuorateCluster cluster = builder.start()) {
      assertThat(cluster.client().keyValue().get("k").text()).isEqualTo("v");
    }
  }

  /**
   * All but those that gRPC shares between all channels of a process, which end by themselves
   * within a minute or so of their last use.
   */
  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> !name.startsWith("grpc-"))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
