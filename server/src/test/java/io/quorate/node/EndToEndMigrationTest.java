package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.Placement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes, and a fourth that is given its share while clients go on. */
class EndToEndMigrationTest {
  private static final int FIRST_PORT = 17_500;
  private static final int KEYS = 1_000;

  @TempDir private Path directory;

  @Test
  void fourthNodeIsGivenItsShareWhileClientsGoOn() throws Exception {
    Placement placement;
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client = QuorateClient.builder().endpoints(cluster.address(1)).build();
        SteadyWriters writers =
            new SteadyWriters(
                List.of(cluster.address(0), cluster.address(1), cluster.address(2)), KEYS)) {
      MovingNodes nodes = new MovingNodes(cluster, client);
      try (QuorateNode joined = QuorateNode.start(nodes.config())) {
        long before = writers.calls();
        nodes.awaitShare();
        assertThat(writers.calls() - before).as("calls meanwhile").isPositive();
        assertThat(joined.awaitReady(Duration.ofSeconds(30))).isTrue();
        writers.stopAndReadBack();
        nodes.verifyEqual();
        placement = Administration.of(client).cluster().placement();
        for (int i = 0; i < 3; i++) {
          cluster.stop(i);
        }
      }
      nodes.checkDisks(placement);
    }
  }
}
