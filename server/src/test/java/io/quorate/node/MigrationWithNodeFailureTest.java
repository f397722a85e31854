package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.client.QuorateClient;
import io.quorate.client.admin.Administration;
import io.quorate.client.admin.ChangeLimits;
import io.quorate.client.admin.ClusterStatus.PartitionMove.Stage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node that dies in the middle of being given its share, and comes back. */
class MigrationWithNodeFailureTest {
  private static final int FIRST_PORT = 17_510;
  private static final int KEYS = 600;

  /** So slow that the node dies before it has copied anything to the end. */
  private static final long SLOW = 1_000;

  /** The node stays away until this many calls have succeeded without it. */
  private static final long CALLS_WITHOUT = 1_000;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void newNodeDiesWhileBothSetsAreWrittenTo() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3);
        QuorateClient client = QuorateClient.builder().endpoints(cluster.address(1)).build();
        SteadyWriters writers =
            new SteadyWriters(
                List.of(cluster.address(0), cluster.address(1), cluster.address(2)), KEYS)) {
      MovingNodes nodes = new MovingNodes(cluster, client);
      var slow =
          Administration.of(client)
              .cluster()
              .limitTopologyChange(ChangeLimits.UNCHANGED.bytesPerSecond(SLOW));
      assertThat(slow.status().limits().bytesPerSecond()).isEqualTo(SLOW);
      try (QuorateNode dying = QuorateNode.start(nodes.config())) {
        nodes.awaitStage(Stage.DUAL_WRITE);
        dying.breakWith(new IllegalStateException("for the test"));
        assertThat(dying.ended().get(20, TimeUnit.SECONDS)).isInstanceOf(NodeEnd.Broken.class);
      }
      long before = writers.calls();
      await("calls go on").atMost(PATIENCE).until(() -> writers.calls() - before >= CALLS_WITHOUT);
      nodes.awaitStage(Stage.DUAL_WRITE);

      var fast =
          Administration.of(client)
              .cluster()
              .limitTopologyChange(ChangeLimits.UNCHANGED.bytesPerSecond(0));
      assertThat(fast.status().limits().bytesPerSecond()).isZero();
      try (QuorateNode again = QuorateNode.start(nodes.config())) {
        nodes.awaitShare();
        assertThat(again.ended()).isNotDone();
        writers.stopAndReadBack();
        nodes.verifyEqual();
      }
    }
  }
}
