package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

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
    CommandLine.Result first =
        nodes.commandLine().shell("quorate scan pipe: | head -n 1; echo ${PIPESTATUS[0]}");
    assertThat(first.outText().lines().toList())
        .as("%s", first)
        .hasSize(2)
        .last()
        .isEqualTo(Integer.toString(CLOSED_PIPE));
    assertThat(first.errText()).as("no count of all entries, and no trace").isEmpty();
  }
}
