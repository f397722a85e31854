package io.quorate.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.FakeCluster;
import io.quorate.cli.Ran;
import io.quorate.cli.command.ExitCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A shell as people and scripts use it, on a cluster of one node. */
class ShellTest {
  @TempDir private Path directory;

  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Ran piped(String lines, String... options) {
    return Ran.withInput(lines, words(options));
  }

  /** With a terminal that can do nothing but show text. */
  private Ran typed(String keys, String... options) {
    return Ran.atTerminal(keys, words(options));
  }

  private String[] words(String... options) {
    List<String> all = new ArrayList<>(List.of("shell", "--endpoints", cluster.endpoint()));
    all.addAll(List.of(options));
    if (!all.contains("--history")) {
      all.addAll(List.of("--history", directory.resolve("history").toString()));
    }
    return all.toArray(String[]::new);
  }

  private boolean isStored(String key) {
    return Ran.command("get", key, "--endpoints", cluster.endpoint()).exitCode() == ExitCode.DONE;
  }

  @Test
  void linesOfAPipeAreRunWithoutAPrompt() {
    Ran ran = piped("# two commands\nput a 'b c'\n\nquorate get a\n");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out().lines()).hasSize(2).last().isEqualTo("b c");
    assertThat(ran.err()).isEmpty();
    assertThat(directory.resolve("history")).doesNotExist();
  }

  @Test
  void theFirstCommandThatFailsEndsAScriptWithItsExitCode() {
    Ran ran = piped("put a 1\nget none\nput later 1\n");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(isStored("a")).isTrue();
    assertThat(isStored("later")).isFalse();
    assertThat(piped("putt a b\nput later 1\n").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(piped("put 'a\nput later 1\n").err()).contains("a quote is not closed");
    assertThat(isStored("later")).isFalse();
  }

  @Test
  void aScriptGoesOnIfItIsToldTo() {
    Ran ran = piped("get none\nfrobnicate\nput later 1\n", "--keep-going");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(isStored("later")).isTrue();
  }

  @Test
  void optionsHoldForEachCommandThatGivesNone() {
    try (FakeCluster other = new FakeCluster()) {
      Ran ran =
          piped(
              "put a here\nput a there --endpoints %s\nget a\n".formatted(other.endpoint()),
              "--json");
      assertThat(ran.exitCode()).as(ran.err()).isZero();
      assertThat(ran.out()).contains("\"value\" : \"here\"");
      assertThat(Ran.command("get", "a", "--endpoints", other.endpoint()).out())
          .isEqualTo("there\n");
    }
    assertThat(piped("put b 1\nget b --tenant default\nget b\n", "--tenant", "carts").err())
        .contains("'b' not found"); // the first one went to carts
  }

  @Test
  void optionsThatDoNotFitAreToldAtOnce() {
    Ran ran = piped("put a b\n", "--tls-cert", "file");
    assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("--tls-cert needs --tls-key");
    assertThat(piped("put a b\n", "--password-file", "-").err()).contains("standard input");
    assertThat(isStored("a")).isFalse();
  }

  /** It would take the lines that follow. */
  @Test
  void commandsOfAScriptFindNothingOnStandardInput() {
    Ran ran = piped("import - --format jsonl\nput a b\n");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(isStored("a")).isTrue();
  }

  @Test
  void nodesAndShellsAreRunOutside() {
    for (String command : List.of("server", "dev", "warm", "shell")) {
      Ran ran = piped(command + "\n");
      assertThat(ran.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("run quorate " + command + " outside of it");
    }
    assertThat(piped("server --help\n").out()).contains("Usage: quorate server");
  }

  @Test
  void aPersonGoesOnAfterAFailure() {
    Ran ran = typed("put a 'b c'\nget none\nput 'x\nfrobnicate\nget a\nexit\nput later 1\n");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(ran.out()).contains(cluster.endpoint() + "> ", "b c\n");
    assertThat(ran.err()).contains("'none' not found", "not closed", "'frobnicate'");
    assertThat(isStored("later")).isFalse();
  }

  @Test
  void thePromptNamesTheTenant() {
    assertThat(typed("", "--tenant", "carts").out()).contains(cluster.endpoint() + " carts> ");
  }

  @Test
  void theEndOfInputEndsTheShell() {
    assertThat(typed("put a 1\n").exitCode()).isZero();
    assertThat(isStored("a")).isTrue();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void linesAreKeptForTheirUserAlone() throws Exception {
    Path file = directory.resolve("state/quorate/history");
    Ran ran = typed("put a 1\n put secret 1\nget a\n", "--history", file.toString());
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(isStored("secret")).isTrue();
    assertThat(Files.readString(file, UTF_8)).contains("put a 1", "get a").doesNotContain("secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aFileOfLinesThatOthersCouldReadIsClosedToThem() throws Exception {
    Path file = Files.writeString(directory.resolve("old"), "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Ran ran = typed("put a 1\n", "--history", file.toString());
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(file, UTF_8)).contains("put a 1");
  }

  @Test
  void noLinesAreKeptIfNoneAreToBe() {
    assertThat(typed("put a 1\n", "--history", "off").exitCode()).isZero();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aHistoryThatCannotBeWrittenIsToldAndNothingElse() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    Ran ran = typed("put a 1\n", "--history", file.resolve("history").toString());
    assertThat(ran.exitCode()).isZero();
    assertThat(ran.err()).contains("lines are not kept");
    assertThat(isStored("a")).isTrue();
  }
}
