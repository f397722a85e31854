package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Effects of an operator's commands on real nodes. */
class TopologyCommandsTest {
  private static final int FIRST_PORT = 17_480;
  private static final int NODES = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void wishesArePlannedGrantedAndCalledOff() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES)) {
      String leaving = cluster.address(3);
      JsonNode plan = Operator.run(cluster, "cluster", "plan", "remove", leaving, "--json").json();
      assertThat(plan.path("partitions_changed").asInt()).isPositive();
      assertThat(plan.path("replicas_moved").asInt()).isPositive();
      assertThat(node(plan, leaving).path("replicas_after").asInt()).isZero();
      assertThat(node(plan, leaving).path("membership").asText()).isEqualTo("leaving");
      assertThat(membership(cluster, leaving)).isEqualTo("active");

      Ran nothing = Operator.run(cluster, "cluster", "cancel");
      assertThat(nothing.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(nothing.err()).contains("nothing to cancel");
      Ran stranger = Operator.run(cluster, "cluster", "remove", "nobody:1", "--yes");
      assertThat(stranger.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(stranger.err()).contains("'nobody:1' is neither the id, the address nor the name");

      // So that nothing sets out before it is called off.
      assertThat(Operator.run(cluster, "cluster", "pause").out())
          .contains("nothing is on the move");
      assertThat(
              Operator.run(cluster, "cluster", "remove", leaving, "--yes", "--no-wait").exitCode())
          .isEqualTo(ExitCode.DONE);
      awaitMembership(cluster, leaving, "leaving");
      JsonNode change = Operator.run(cluster, "cluster", "status", "--json").json().path("change");
      assertThat(change.path("under_way").asBoolean()).isTrue();
      assertThat(change.path("paused").asBoolean()).isTrue();
      assertThat(change.path("partitions_done").asInt()).isZero();

      assertThat(Operator.run(cluster, "cluster", "cancel").exitCode()).isEqualTo(ExitCode.DONE);
      awaitMembership(cluster, leaving, "active");
    }
  }

  /** Waits, because the node that answers may not know the change yet. */
  private static void awaitMembership(RealCluster cluster, String address, String membership) {
    await(address + " is " + membership)
        .atMost(PATIENCE)
        .until(() -> membership(cluster, address).equals(membership));
  }

  private static String membership(RealCluster cluster, String address) {
    JsonNode status = Operator.run(cluster, "cluster", "status", "--json").json();
    return node(status, address).path("membership").asText();
  }

  private static JsonNode node(JsonNode answer, String address) {
    for (JsonNode node : answer.path("nodes")) {
      if (node.path("address").asText().equals(address)) {
        return node;
      }
    }
    throw new AssertionError("no node at " + address + ": " + answer);
  }
}
