package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands between others in a pipe. */
@ExtendWith(SharedNodes.class)
class PipesTest {
  private static final int CLOSED_PIPE = 141;

  @Test
  void aScanWhoseReaderIsGoneEnds(Nodes nodes) {
    CommandLine.Result fill =
        nodes
            .commandLine()
            .shell(
                "for i in $(seq 20000); do echo \"{\\\"k\\\":\\\"pipe:$i\\\"}\"; done"
                    + " | quorate import - --format jsonl --key-field k");
    assertThat(fill.code()).as("%s", fill).isZero();
    SideBySide.run(
        () -> {
          CommandLine.Result first =
              nodes.commandLine().shell("quorate scan pipe: | head -n 1; echo ${PIPESTATUS[0]}");
          assertThat(first.outText().lines().toList())
              .as("%s", first)
              .hasSize(2)
              .last()
              .isEqualTo(Integer.toString(CLOSED_PIPE));
          assertThat(first.errText()).as("no count of all entries, and no trace").isEmpty();
        },
        () -> {
          CommandLine.Result export =
              nodes
                  .commandLine()
                  .shell(
                      "quorate export pipe: - --format jsonl | head -n 1; echo ${PIPESTATUS[0]}");
          assertThat(export.outText().lines().toList())
              .as("%s", export)
              .hasSize(2)
              .last()
              .isEqualTo(Integer.toString(CLOSED_PIPE));
          assertThat(export.errText()).isEmpty();
        });
  }

  @Test
  void aFullDiskIsToldAndTakenForNoClosedPipe(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      var unused = client.keyValue().put("pipe-full", "v");
    }
    SideBySide.run(
        () -> aFullDiskIsTold(nodes, "get pipe-full"),
        () -> aFullDiskIsTold(nodes, "export pipe-full - --format jsonl"));
  }

  private static void aFullDiskIsTold(Nodes nodes, String command) {
    CommandLine.Result full = nodes.commandLine().shell("quorate " + command + " >/dev/full");
    assertThat(full.code()).as("%s: %s", command, full).isEqualTo(4);
    assertThat(full.errText()).contains("No space left on device");
  }
}
