package io.quorate.cli.restart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.client.admin.NodeView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How nodes come into a line of shell, and how that is run. */
class LocalCommandTest {
  private static NodeView node(String id, String name, String address) {
    return NodeView.builder().id(id).name(name).address(address).build();
  }

  private static String line(String text, NodeView node) {
    return String.valueOf(new LocalCommand(text).lines(List.of(node)).get(node.id()));
  }

  @Test
  void placeholdersStandForWhatIsTheNodesOwn() {
    NodeView node = node("00c0ffee00c0ffee", "node-1", "db1.example:7401");
    assertThat(line("a {name} '{id}' \"{host}\":{port} {name}", node))
        .isEqualTo("a node-1 '00c0ffee00c0ffee' \"db1.example\":7401 node-1");
    assertThat(line("ssh {host}", node("a", "", "[2001:db8::1]:7401")))
        .isEqualTo("ssh 2001:db8::1");
  }

  /** Other braces belong to the shell, or to what it runs. */
  @Test
  void bracesOfTheShellAreLeftAlone() {
    NodeView node = node("a", "node-1", "h:1");
    String line = "{ echo ${HOME} {a,b} ${name} {{.State}} $1 \\n; } # ";
    assertThat(line(line + "{name}", node)).isEqualTo(line + "node-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssh {hots}", "restart {Name}", "restart {name} {node}", "{{name-}}"})
  void unknownPlaceholdersAreRefused(String text) {
    assertThatThrownBy(() -> new LocalCommand(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("which is unknown: there are {name}, {id}, {host} and {port}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "systemctl restart quorate", "echo ${name}"})
  void aLineThatNamesNoNodeIsRefused(String text) {
    assertThatThrownBy(() -> new LocalCommand(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would do the same for each");
  }

  @Test
  void aLineThatIsTheSameForTwoNodesIsRefused() {
    LocalCommand command = new LocalCommand("ssh {host} restart");
    assertThatThrownBy(() -> command.lines(List.of(node("a", "", "h:1"), node("b", "", "h:2"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the same for node a at h:1 and node b at h:2");
  }

  @Test
  void aNodeWithoutANameIsRefusedWhereOneIsNeeded() {
    assertThatThrownBy(() -> line("restart {name}", node("a", "", "h:1")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("node a at h:1 has none");
  }

  /** Not even where the line quotes the placeholder, or hands it to a shell elsewhere. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "h; touch owned",
        "h$(touch owned)",
        "h`touch owned`",
        "h'; touch owned '",
        "h\ntouch owned",
        "h|x",
        "h&x",
        "h>x",
        "h x",
        "h*",
        "~h",
        "-oProxyCommand=x",
        "-v",
        "h\\x",
        "#h",
        "é"
      })
  void whatAShellWouldReadIsRefused(String hostile) {
    for (String text : List.of("ssh {host}", "ssh '{host}'", "ssh \"{host}\"")) {
      assertThatThrownBy(() -> line(text, node("a", "n", hostile + ":1")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("it is not given to a shell");
    }
    assertThatThrownBy(() -> line("restart {name}", node("a", hostile, "h:1")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theEndOfWhatItPrintsIsKept() {
    LocalRun.End end =
        LocalRun.of("echo first; echo second >&2; cat; exit 3", Duration.ofMinutes(1));
    assertThat(end.inTime()).isTrue();
    assertThat(end.isDone()).isFalse();
    assertThat(end.exitCode()).isEqualTo(3);
    assertThat(end.output()).isEqualTo("first\nsecond");
    assertThat(LocalRun.of("exit 0", Duration.ofMinutes(1)).isDone()).isTrue();
  }

  @Test
  void aLineThatDoesNotEndIsStoppedWithWhatItStarted(@TempDir Path directory) throws Exception {
    Path pid = directory.resolve("pid");
    LocalRun.End end =
        LocalRun.of("sleep 600 & echo $! > " + pid + "; wait", Duration.ofSeconds(2));
    assertThat(end.inTime()).isFalse();
    assertThat(end.isDone()).isFalse();
    long started = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(started).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  /** A node that was started in the background is not waited for, and can go on printing. */
  @Test
  void whatItLeavesBehindGoesOn(@TempDir Path directory) throws Exception {
    Path pid = directory.resolve("pid");
    LocalRun.End end =
        LocalRun.of(
            "(while sleep 0.05; do echo tick || exit; done) & echo $! > " + pid,
            Duration.ofSeconds(30));
    ProcessHandle left =
        ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();
    try {
      assertThat(end.isDone()).isTrue();
      assertThat(left.onExit().completeOnTimeout(left, 1, java.util.concurrent.TimeUnit.SECONDS))
          .succeedsWithin(Duration.ofSeconds(5));
      assertThat(left.isAlive()).isTrue();
    } finally {
      left.destroyForcibly();
    }
  }
}
