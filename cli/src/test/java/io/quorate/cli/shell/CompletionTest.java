package io.quorate.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What bash completes, asked as it asks for itself when a person presses the tabulator key. */
class CompletionTest {
  @TempDir private static Path directory;

  private static Path script;

  @BeforeAll
  static void print() throws Exception {
    Ran ran = Ran.command("completion");
    assertThat(ran.exitCode()).as(ran.err()).isZero();
    script = Files.write(directory.resolve("quorate"), ran.outBytes());
  }

  /** What is offered for the last of the words. */
  private static List<String> offered(String... words) throws Exception {
    StringBuilder line = new StringBuilder();
    for (String word : words) {
      line.append(" '").append(word).append('\'');
    }
    Process bash =
        new ProcessBuilder(
                "bash",
                "--norc",
                "-c",
                "source '%s'; COMP_WORDS=(quorate%s); COMP_CWORD=%d; _complete_quorate; printf '%%s\\n' \"${COMPREPLY[@]}\""
                    .formatted(script, line, words.length))
            .redirectErrorStream(true)
            .start();
    String said = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor()).as(said).isZero();
    return said.lines().map(String::strip).toList();
  }

  @Test
  void commands() throws Exception {
    assertThat(offered("clus")).containsExactly("cluster");
    assertThat(offered("")).contains("put", "get", "completion", "server");
  }

  @Test
  void commandsOfCommands() throws Exception {
    assertThat(offered("cluster", "st")).containsExactly("status");
    assertThat(offered("hints", "dead")).containsExactly("deadletters");
  }

  @Test
  void options() throws Exception {
    assertThat(offered("get", "--end")).containsExactly("--endpoints");
  }

  @Test
  void whatAnOptionTakes() throws Exception {
    assertThat(offered("export", "--format", "")).containsExactly("jsonl", "csv");
    assertThat(offered("get", "key", "--level", "Q")).containsExactly("QUORUM");
    assertThat(offered("tenant", "create", "t", "--read-level", "LOCAL"))
        .containsExactly("LOCAL_ONE", "LOCAL_QUORUM");
    assertThat(offered("tenant", "create", "t", "--model", "s"))
        .containsExactly("siblings", "sets");
  }

  /** Which bash takes for a word between the two. */
  @Test
  void whatAnOptionTakesAfterAnEqualsSign() throws Exception {
    assertThat(offered("get", "--level", "=")).contains("ONE", "EACH_QUORUM");
    assertThat(offered("get", "--level", "=", "Q")).containsExactly("QUORUM");
  }

  /** Else a person could not complete the file of --tls-ca, nor of put KEY @FILE. */
  @Test
  void namesOfFilesAreLeftToTheShell() throws Exception {
    assertThat(offered("get", "--tls-ca", "")).allMatch(String::isEmpty);
    assertThat(Files.readString(script)).doesNotContain("compopt +o default");
  }

  @Test
  void bashIsToldWhichCommandItCompletes() throws Exception {
    assertThat(Files.readString(script))
        .contains("\ncomplete -F _complete_quorate -o default quorate ");
  }

  /** With COMPLETE_ALIASES, zsh would no longer complete what g stands for, if that is git. */
  @Test
  void shellOfThePersonIsLeftAsItIs() throws Exception {
    assertThat(Files.readString(script).lines().map(String::strip))
        .noneMatch(line -> line.startsWith("setopt") || line.startsWith("alias"));
  }
}
