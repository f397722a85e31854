package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands between others in a pipe. */
@ExtendWith(SharedNodes.class)
class PipesTest {
  @Test
  void aScanWhoseReaderIsGoneEnds(Nodes nodes) {
    CommandLine.Result fill =
        nodes
            .commandLine()
            .shell(
                "for i in $(seq 20000); do echo \"{\\\"k\\\":\\\"pipe:$i\\\"}\"; done"
                    + " | quorate import - --format jsonl --key-field k");
    assertThat(fill.code()).as("%s", fill).isZero();
    CommandLine.Result all = nodes.commandLine().shell("time -p quorate scan pipe: | tail -n 1");
    CommandLine.Result first =
        nodes.commandLine().shell("time -p quorate scan pipe: | head -n 1; echo ${PIPESTATUS[0]}");
    assertThat(first.outText().lines().toList()).as("%s", first).hasSize(2);
    assertThat(first.errText()).doesNotContain("Exception");
    assertThat(seconds(first)).isLessThan(seconds(all));
  }
}
