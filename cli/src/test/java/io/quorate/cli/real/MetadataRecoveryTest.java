package io.quorate.cli.real;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import io.quorate.node.RealCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does when two of three voters are lost for good, on real nodes. */
class MetadataRecoveryTest {
  private static final int FIRST_PORT = 17_530;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path directory;

  @Test
  void aSurvivorBecomesTheOnlyVoterAndTheClusterChangesAgain() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      String endpoint = cluster.address(2);
      Ran put = Ran.command("put", "k", "v", "--level", "ALL", "--endpoints", endpoint);
      assertThat(put.exitCode()).as(put.err()).isEqualTo(ExitCode.DONE);
      String data = directory.resolve("node-2").toString();
      Ran running = Ran.command("metadata", "inspect", "--data", data);
      assertThat(running.exitCode()).isEqualTo(ExitCode.FAILED);

      cluster.stop(0);
      cluster.stop(1);
      Ran without =
          Ran.command("tenant", "create", "meanwhile", "--endpoints", endpoint, "--timeout", "2s");
      assertThat(without.exitCode()).isNotEqualTo(ExitCode.DONE);
      cluster.stop(2);

      JsonNode before = Ran.command("metadata", "inspect", "--data", data, "--json").json();
      assertThat(before.path("voters").size()).isEqualTo(3);
      String end = before.path("log_ends_at").asText();
      assertThat(Ran.command("metadata", "recover", "--data", data, "--newest", end).exitCode())
          .as("without --accept-loss")
          .isEqualTo(ExitCode.USAGE);
      Ran older =
          Ran.command("metadata", "recover", "--data", data, "--newest", "99/99", "--accept-loss");
      assertThat(older.exitCode()).isEqualTo(ExitCode.FAILED);
      assertThat(older.err()).contains("ends at " + end, "Recover from the survivor");
      assertThat(Ran.command("metadata", "inspect", "--data", data, "--json").json())
          .isEqualTo(before);

      Ran recovered =
          Ran.command("metadata", "recover", "--data", data, "--newest", end, "--accept-loss");
      assertThat(recovered.exitCode()).as(recovered.err()).isEqualTo(ExitCode.DONE);
      assertThat(recovered.out())
          .contains("only voter", "recovered ", "after " + end, "tenant       default, id 1");

      cluster.start(2);
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          Ran.command(
                                  "tenant", "create", "after", "--rf", "1", "--endpoints", endpoint)
                              .exitCode())
                      .isEqualTo(ExitCode.DONE));

      // One of the nodes believed lost comes back with its disk, and follows.
      cluster.start(0);
      cluster.awaitReady(0);
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                Ran get = Ran.command("get", "k", "--endpoints", cluster.address(0));
                assertThat(get.out()).contains("v");
                Ran status =
                    Ran.command("cluster", "status", "--json", "--endpoints", cluster.address(0));
                assertThat(status.json().path("metadata").path("voters").size())
                    .as(status.out())
                    .isGreaterThanOrEqualTo(1);
              });
    }
  }

  @Test
  void whatIsNoDataDirectoryIsRefusedAndNotMade() {
    Path nothing = directory.resolve("nothing");
    Ran inspect = Ran.command("metadata", "inspect", "--data", nothing.toString());
    assertThat(inspect.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(inspect.err()).contains("is no data directory of a node");
    assertThat(nothing).doesNotExist();
  }
}
