package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quorate.cli.command.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Log levels of nodes as an operator sets and sees them. */
class LogCommandTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran log(String... options) {
    List<String> words = new ArrayList<>(List.of("log"));
    words.addAll(List.of(options));
    words.addAll(List.of("--endpoints", cluster.endpoint()));
    return Ran.command(words.toArray(String[]::new));
  }

  @Test
  void aLevelIsSetShownAndReset() {
    assertThat(log("levels").out().lines())
        .anyMatch(line -> line.matches(".* io.quorate.node +\\| info +\\| info +\\| - .*"));
    Ran set = log("set", "debug", "io.quorate.node", "--for", "10m");
    assertThat(set.exitCode()).as(set.err()).isEqualTo(ExitCode.DONE);
    assertThat(set.out().lines())
        .anyMatch(line -> line.matches(".* io.quorate.node +\\| debug +\\| info +\\| 10 min .*"))
        .anyMatch(line -> line.matches(".* io.quorate +\\| info +\\| info +\\| - .*"));
    JsonNode loggers = log("levels", "--json").json().path("nodes").path(0).path("loggers");
    assertThat(loggers.path(1).path("logger").asText()).isEqualTo("io.quorate.node");
    assertThat(loggers.path(1).path("level").asText()).isEqualTo("debug");
    assertThat(loggers.path(1).path("configured").asText()).isEqualTo("info");
    assertThat(loggers.path(1).path("left_ms").asLong()).isEqualTo(600_000);
    assertThat(loggers.path(0).has("left_ms")).isFalse();
    Ran reset = log("reset", "io.quorate.node");
    assertThat(reset.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(reset.out()).doesNotContain("debug");
  }

  @Test
  void withoutALoggerAndATimeItIsTheWholeNodeForAnHour() {
    assertThat(log("set", "TRACE").out().lines())
        .anyMatch(line -> line.matches(".* io.quorate +\\| trace +\\| info +\\| 60 min .*"));
    assertThat(log("set", "trace", "--for", "30s").out()).contains("30 s");
  }

  @Test
  void aLevelThatIsNoneIsAFaultOfTheCommandLine() {
    Ran ran = log("set", "io.quorate.node", "debug");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains("'io.quorate.node' is no level: give error, warn, info, debug or trace");
    assertThat(log("set", "unknown").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  /** The nodes could be asked: it is the command that is wrong. */
  @Test
  void whatNodesRefuseIsNotSaidOfTheNodes() {
    Ran ran = log("set", "debug", "io.quorate.nod");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("there is no logger io.quorate.nod").doesNotContain("asked");
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void oneNodeMayBeNamed() {
    assertThat(log("set", "debug", "--node", cluster.endpoint()).exitCode())
        .isEqualTo(ExitCode.DONE);
    assertThat(log("levels", "--node", "127.0.0.1:1").exitCode()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void whoMayNotIsTold() {
    cluster.denyMaintenance();
    assertThat(log("set", "debug").exitCode()).isEqualTo(ExitCode.DENIED);
  }
}
