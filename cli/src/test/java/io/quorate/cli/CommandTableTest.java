package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandTableTest {
  private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

  private final CommandTable table =
      CommandTable.of(
          new Console(InputStream.nullInputStream(), NOWHERE, NOWHERE, false, false),
          (console, connections, words) -> 0);

  @Command(name = "quorate")
  private static final class Root {}

  private CommandLine of(String... words) {
    CommandLine root = new CommandLine(new Root());
    table.addTo(root, List.of(words));
    return root;
  }

  @Test
  void commandsAreUnderTheirNames() {
    of().getSubcommands()
        .forEach((name, command) -> assertThat(command.getCommandSpec().name()).isEqualTo(name));
  }

  /** All of them take a fifth of a second to make. */
  @Test
  void onlyTheCommandThatIsRunIsMade() {
    assertThat(of("put", "a", "b").getSubcommands()).containsOnlyKeys("put");
  }

  @Test
  void aTreeKnowsWhetherItHasAllCommands() {
    assertThat(CommandTable.isWhole(of("putt"))).isTrue();
    assertThat(CommandTable.isWhole(of("put"))).isFalse();
  }

  @Test
  void whatLooksAtAllCommandsFindsThem() {
    for (String word : List.of("help", "shell", "completion", "--help", "putt")) {
      assertThat(of(word).getSubcommands()).containsKeys("put", "cluster", "help", "shell");
    }
  }
}
