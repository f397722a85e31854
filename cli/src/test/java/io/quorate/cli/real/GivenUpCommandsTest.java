package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.NodeEnd;
import io.quorate.node.QuorateNode;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does when most replicas of some partitions are lost for good, on real nodes. */
class GivenUpCommandsTest {
  private static final int FIRST_PORT = 17_540;
  private static final int NODES = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KEYS = 12;

  @TempDir Path directory;

  @Test
  void partitionsGoOnWithWhatIsLeftAndReadsSayWhatMayBeMissing() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, NODES)) {
      for (int i = 0; i < KEYS; i++) {
        assertThat(Operator.run(cluster, "put", "k" + i, "v", "--level", "ALL").exitCode())
            .isEqualTo(ExitCode.DONE);
      }
      Ran live =
          Operator.run(
              cluster,
              "cluster",
              "remove",
              cluster.address(3),
              cluster.address(4),
              "--yes",
              "--force",
              "--accept-data-loss");
      assertThat(live.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(live.err()).contains("answers, so what it holds is not lost");
      assertThat(Operator.run(cluster, "cluster", "remove", "a:1", "b:1", "--yes").exitCode())
          .isEqualTo(ExitCode.USAGE);
      assertThat(Operator.run(cluster, "cluster", "acknowledge-loss").err())
          .contains("no loss to acknowledge");

      cluster.stop(3);
      cluster.stop(4);
      String[] giveUp = {
        "cluster", "remove", cluster.address(3), cluster.address(4), "--yes", "--force"
      };
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Operator.run(cluster, giveUp).err())
                      .contains("lose the majority of their replicas", "--accept-data-loss"));
      List<String> sure = new ArrayList<>(List.of(giveUp));
      sure.add("--accept-data-loss");
      sure.add("--no-wait");
      // The leader gives up no node that it heard a moment ago.
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Ran given = Operator.run(cluster, sure.toArray(String[]::new));
                assertThat(given.exitCode()).as(given.err()).isEqualTo(ExitCode.DONE);
              });

      JsonNode lost =
          Operator.run(cluster, "cluster", "status", "--json").json().path("change").path("lost");
      assertThat(lost.size()).isPositive();
      assertThat(lost.get(0).path("given_up").size()).isPositive();
      assertThat(Operator.run(cluster, "cluster", "status").out())
          .contains("lost most of their replicas");
      assertThat(Operator.run(cluster, "doctor").out()).contains("acknowledge-loss");

      // All is served, and marked where it may be old: partitions come back to three replicas.
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                JsonNode status = Operator.run(cluster, "cluster", "status", "--json").json();
                assertThat(status.path("change").path("under_way").asBoolean()).isFalse();
                assertThat(status.path("nodes").size()).isEqualTo(NODES - 2);
              });
      int marked = 0;
      for (int i = 0; i < KEYS; i++) {
        JsonNode read = Operator.run(cluster, "get", "k" + i, "--json").json();
        assertThat(read.path("value").asText()).as(read.toString()).isEqualTo("v");
        marked += read.path("potentially_stale").asBoolean() ? 1 : 0;
      }
      assertThat(marked).isPositive().isLessThan(KEYS);

      // A node that comes back learns that it was removed, and ends with that reason.
      QuorateNode back = cluster.start(4);
      assertThat(back.ended().get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
          .isInstanceOf(NodeEnd.Left.class);

      assertThat(Operator.run(cluster, "cluster", "acknowledge-loss").exitCode())
          .isEqualTo(ExitCode.DONE);
      for (int i = 0; i < KEYS; i++) {
        assertThat(
                Operator.run(cluster, "get", "k" + i, "--json")
                    .json()
                    .path("potentially_stale")
                    .asBoolean())
            .isFalse();
      }
    }
  }
}
