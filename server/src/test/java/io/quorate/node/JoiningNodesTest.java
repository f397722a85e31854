package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ClusterStatus;
import io.quorate.client.admin.NodeView;
import io.quorate.client.admin.TopologyChange;
import io.quorate.node.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes on loopback that come into a cluster that runs. */
class JoiningNodesTest {
  @TempDir private Path directory;

  private static NodeConfig config(RealCluster cluster, String join) throws Exception {
    return cluster.config(
        3,
        Map.of(
            "cluster.join", join, "cluster.seeds", cluster.address(0) + "," + cluster.address(1)));
  }

  @Test
  void aFourthNodeJoinsAsASpareAndOwnsNothing() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_260, 3)) {
      NodeConfig spare = config(cluster, "spare");
      try (QuorateNode node = QuorateNode.start(spare);
          QuorateClient client = QuorateClient.builder().endpoints(cluster.address(3)).build()) {
        assertThat(node.awaitReady(Duration.ofSeconds(30)))
            .as(() -> node.readiness().toString())
            .isTrue();
        ClusterStatus status = Administration.of(client).cluster().status();
        assertThat(status.nodes()).hasSize(4);
        assertThat(status.nodes())
            .filteredOn(each -> each.address().equals(cluster.address(3)))
            .singleElement()
            .satisfies(
                each -> {
                  assertThat(each.id()).isEqualTo(node.id().toString());
                  assertThat(each.replicas()).isZero();
                });
        KeyValue keys = client.keyValue();
        for (int i = 0; i < 20; i++) {
          var unused = keys.put("k" + i, "v" + i);
          assertThat(keys.get("k" + i).text()).isEqualTo("v" + i);
        }
      }
      // A member restarts like any other, whatever its configuration says about joining.
      try (QuorateNode again = QuorateNode.start(config(cluster, "true"))) {
        assertThat(again.awaitReady(Duration.ofSeconds(30)))
            .as(() -> again.readiness().toString())
            .isTrue();
      }
    }
  }

  @Test
  void aNodeThatJoinedIsGivenItsShareAndGoesAgainWhenItIsRemoved() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, 17_270, 3);
        QuorateClient client = QuorateClient.builder().endpoints(cluster.address(0)).build()) {
      KeyValue keys = client.keyValue();
      for (int i = 0; i < 50; i++) {
        var unused = keys.put("k" + i, "v" + i);
      }
      try (QuorateNode node = QuorateNode.start(config(cluster, "true"))) {
        await(() -> replicasOf(client, cluster.address(3)) > 0 && isAtRest(client));
        var unused =
            Administration.of(client)
                .cluster()
                .changeTopology(TopologyChange.remove(cluster.address(3)));
        NodeEnd end = node.ended().get(60, TimeUnit.SECONDS);
        assertThat(end).isInstanceOf(NodeEnd.Left.class);
        assertThat(end.exitCode()).isEqualTo(5);
      }
      assertThat(Administration.of(client).cluster().status().nodes()).hasSize(3);
      for (int i = 0; i < 50; i++) {
        assertThat(keys.get("k" + i).text()).isEqualTo("v" + i);
      }
      // Started again, with what it keeps, it says the same.
      try (QuorateNode again = QuorateNode.start(config(cluster, "true"))) {
        assertThat(again.ended().get(20, TimeUnit.SECONDS))
            .isInstanceOfSatisfying(
                NodeEnd.Left.class,
                left ->
                    assertThat(left.message())
                        .contains("has left cluster", "delete the directory"));
      }
      assertThat(Administration.of(client).cluster().status().nodes()).hasSize(3);
    }
  }

  private static int replicasOf(QuorateClient client, String address) {
    return Administration.of(client).cluster().status().nodes().stream()
        .filter(each -> each.address().equals(address))
        .mapToInt(NodeView::replicas)
        .sum();
  }

  private static boolean isAtRest(QuorateClient client) {
    return Administration.of(client).cluster().status().moves().isEmpty();
  }

  private static void await(BooleanSupplier holds) throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(until);
      LockSupport.parkNanos(100_000_000L);
    }
  }
}
