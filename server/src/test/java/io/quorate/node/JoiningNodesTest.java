package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.ClusterStatus;
import io.quorate.client.KeyValue;
import io.quorate.client.QuorateClient;
import io.quorate.node.config.NodeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
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
        ClusterStatus status = client.cluster().status();
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
      // Once it is a member it comes back like any other, whatever its configuration says.
      try (QuorateNode again = QuorateNode.start(config(cluster, "true"))) {
        assertThat(again.awaitReady(Duration.ofSeconds(30)))
            .as(() -> again.readiness().toString())
            .isTrue();
      }
    }
  }
}
