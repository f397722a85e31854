package io.quorate.cli.real;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.cli.doctor.DoctorCommand;
import io.quorate.cli.output.Console;
import io.quorate.node.RealCluster;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the doctor says of real nodes. */
class DoctorTest {
  private static final int FIRST_PORT = 17_420;

  @TempDir Path directory;

  /** What a run printed, and its exit code. */
  private record Said(int exitCode, String text) {}

  private static Said doctor(RealCluster cluster, String... more) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(out, true, UTF_8),
            new PrintStream(out, true, UTF_8),
            false,
            false);
    CommandLine command = new CommandLine(new DoctorCommand(console));
    String[] words = new String[more.length + 2];
    words[0] = "--endpoints";
    words[1] = cluster.address(0) + "," + cluster.address(1) + "," + cluster.address(2);
    System.arraycopy(more, 0, words, 2, more.length);
    return new Said(command.execute(words), out.toString(UTF_8));
  }

  @Test
  void nodeThatIsDownIsNamedWithWhatToDo() throws Exception {
    try (RealCluster cluster = RealCluster.ready(directory, FIRST_PORT, 3)) {
      Said well = doctor(cluster);
      assertThat(well.text()).contains("asked 3 of 3 nodes");
      assertThat(well.text()).doesNotContain("PROBLEM");

      cluster.stop(2);
      Said down = doctor(cluster);
      assertThat(down.text())
          .contains("PROBLEM  node", cluster.address(2), "is down, or cut off", "quorate server")
          .contains("asked 2 of 3 nodes");
      assertThat(down.exitCode()).isEqualTo(2);

      Said json = doctor(cluster, "--json");
      assertThat(json.text()).contains("\"rule\" : \"node-down\"", "\"severity\" : \"problem\"");

      cluster.stop(1);
      await() // the survivor believes in a leader for a while
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(doctor(cluster).text())
                      .contains(
                          "lack too many replicas", "Only 1 of its 3 voters", "metadata recover"));
      cluster.stop(0);
      Said nobody = doctor(cluster);
      assertThat(nobody.text()).contains("No node answers");
      assertThat(nobody.exitCode()).isEqualTo(2);
    }
  }
}
