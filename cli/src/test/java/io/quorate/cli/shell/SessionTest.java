package io.quorate.cli.shell;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.Connections;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.CommandSpec;

/** What is run of a paste, and what is not. */
class SessionTest {
  private final List<List<String>> ran = new ArrayList<>();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private Session session(Map<String, Integer> exitCodes) {
    Console console =
        new Console(
            InputStream.nullInputStream(),
            new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
            new PrintStream(err, true, UTF_8),
            true,
            true);
    return new Session(
        console,
        (to, connections, words) -> {
          ran.add(List.of(words));
          return exitCodes.getOrDefault(words[0], ExitCode.DONE);
        },
        CommandSpec.create(),
        new HeldOptions(List.of()),
        Connections.OF_EACH_COMMAND);
  }

  private String told() {
    return err.toString(UTF_8);
  }

  @Test
  void linesAreRunOneAfterTheOther() {
    Session.Ran last =
        session(Map.of("get", ExitCode.NOT_FOUND))
            .runAll("get a\nquorate put b 1\r\n\n# nothing\nput c 2", () -> true);
    assertThat(last).isEqualTo(new Session.Ran(ExitCode.DONE, false));
    assertThat(ran)
        .containsExactly(List.of("get", "a"), List.of("put", "b", "1"), List.of("put", "c", "2"));
    assertThat(told()).isEmpty();
  }

  @Test
  void aValueInQuotesMayHaveSeveralLines() {
    session(Map.of()).runAll("put a 'one\n# two\ndelete --prefix x'\nget a", () -> true);
    assertThat(ran)
        .containsExactly(List.of("put", "a", "one\n# two\ndelete --prefix x"), List.of("get", "a"));
  }

  /** What follows may be part of a value that was meant otherwise. */
  @Test
  void ifOneLineIsNotClearNoneIsRun() {
    for (String unclear : List.of("put b 'x\ndelete c", "put b x\\\ndelete c")) {
      Session.Ran last = session(Map.of()).runAll("put a 1\n" + unclear, () -> true);
      assertThat(last.exitCode()).isEqualTo(ExitCode.USAGE);
    }
    assertThat(ran).isEmpty();
    assertThat(told()).contains("a quote is not closed", "nothing follows the backslash");
  }

  @Test
  void afterOneThatIsRefusedNoneIsRun() {
    Session.Ran last =
        session(Map.of("putt", ExitCode.USAGE)).runAll("putt a 1\nput b 1\nput c 1", () -> true);
    assertThat(last.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(ran).containsExactly(List.of("putt", "a", "1"));
    assertThat(told()).contains("lines that were not run: 2");
    session(Map.of()).runAll("server\nput d 1", () -> true);
    assertThat(ran).hasSize(1);
  }

  @Test
  void afterCtrlCNoneIsRun() {
    session(Map.of()).runAll("put a 1\nput b 1\nput c 1", ran::isEmpty);
    assertThat(ran).containsExactly(List.of("put", "a", "1"));
    assertThat(told()).contains("lines that were not run: 2");
  }

  @Test
  void afterTheEndOfTheShellNoneIsRun() {
    assertThat(session(Map.of()).runAll("exit\nput a 1", () -> true).ends()).isTrue();
    assertThat(ran).isEmpty();
  }
}
