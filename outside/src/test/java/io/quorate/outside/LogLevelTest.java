package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.client.QuorateClient;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes that log more for a time, as an operator asks them to. */
@ExtendWith(DisturbedNodes.class)
class LogLevelTest {
  private static final String VALUE = "planted-value-31d0";
  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void oneNodeLogsMoreForATimeAndGoesBackByItself(Nodes nodes) {
    try (QuorateClient client = nodes.client()) {
      CommandLine operator = nodes.commandLine();
      Node one = nodes.node(0);
      SideBySide.run(
          () -> {
            CommandLine.Result set =
                operator.quorate(
                    "log",
                    "set",
                    "trace",
                    "io.quorate.node",
                    "--for",
                    "2s",
                    "--node",
                    one.address());
            assertThat(set.code()).as(set.toString()).isZero();
            assertThat(set.outText()).contains("trace").doesNotContain(nodes.node(1).address());
          },
          () ->
              Waiting.until(
                  SOON,
                  () -> {
                    putSome(client);
                    return one.log().contains(" TRACE ");
                  },
                  () -> "nothing was traced: " + one.lastLines()));
      Waiting.until(
          SOON,
          () -> one.log().contains("logger io.quorate.node logs at info again"),
          () -> "it did not go back: " + one.lastLines());
      int lines = traced(one);
      putSome(client);
      assertThat(traced(one)).isEqualTo(lines);
      assertThat(one.log()).doesNotContain(VALUE);
      assertThat(nodes.node(1).log()).doesNotContain(" TRACE ");

      SideBySide.run(
          () -> {
            CommandLine.Result unknown = operator.quorate("log", "set", "debug", "io.quorate.nod");
            assertThat(unknown.code()).isEqualTo(4);
            assertThat(unknown.errText()).contains("did you mean 'io.quorate.node'?");
          },
          () -> assertThat(operator.quorate("log", "set", "debug").code()).isZero());
      one.signal("TERM");
      one.awaitExit(SOON);
      one.start();
      nodes.awaitReady();
      SideBySide.run(
          () -> {
            CommandLine.Result levels = operator.quorate("log", "levels", "--node", one.address());
            assertThat(levels.outText()).as("not kept over a restart").doesNotContain("debug");
          },
          () -> assertThat(operator.quorate("log", "levels").outText()).contains("debug"));
      assertThat(operator.quorate("log", "reset").outText()).doesNotContain("debug");
    }
  }

  /** Writes that each node has a part in. */
  private static void putSome(QuorateClient client) {
    for (int i = 0; i < 10; i++) {
      client.keyValue().put("log-level:" + i, VALUE);
    }
  }

  private static int traced(Node node) {
    return (int) node.log().lines().filter(line -> line.contains(" TRACE ")).count();
  }
}
