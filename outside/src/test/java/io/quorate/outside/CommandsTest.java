package io.quorate.outside;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Commands and what they answer, word for word, in {@code commands.txt}: a line of shell after
 * {@code $}, then its standard output, its standard error with {@code 2> } before each line, and
 * its exit code. {@code -Drewrite=true} writes the file again; look at its difference as at code.
 */
@ExtendWith(SharedNodes.class)
class CommandsTest {
  private static final Path FILE = Distribution.tests().resolve("src/test/resources/commands.txt");
  private static final Pattern SUBCOMMAND = Pattern.compile("(?m)^  ([a-z-]+)(?:  | *$)");

  @TestFactory
  List<DynamicTest> answersAreAsWritten(Nodes nodes) throws IOException {
    List<GoldenCommand> written = GoldenCommand.read(FILE);
    List<GoldenCommand> seen = written.stream().map(each -> each.run(nodes)).toList();
    if (Boolean.getBoolean("rewrite")) {
      Files.writeString(
          FILE, seen.stream().map(GoldenCommand::toString).collect(Collectors.joining("\n")));
    }
    return java.util.stream.IntStream.range(0, written.size())
        .mapToObj(
            i ->
                DynamicTest.dynamicTest(
                    written.get(i).line(),
                    () -> assertThat(seen.get(i).toString()).isEqualTo(written.get(i).toString())))
        .toList();
  }

  /** Every command explains itself, and says how it ends. */
  @Test
  void everyCommandHasHelp(Nodes nodes) {
    helpOf("", nodes.commandLine());
  }

  private static void helpOf(String command, CommandLine commands) {
    CommandLine.Result help = commands.shell("quorate" + command + " --help");
    assertThat(help.code()).as("quorate%s --help: %s", command, help).isZero();
    assertThat(help.outText()).contains("Usage: quorate" + command, "Exit codes:");
    assertThat(help.errText()).isEmpty();
    int begin = help.outText().indexOf("Commands:");
    if (begin >= 0) {
      int end = help.outText().indexOf("Exit codes:", begin);
      Matcher names = SUBCOMMAND.matcher(help.outText().substring(begin, end));
      while (names.find()) {
        if (!names.group(1).equals("help")) {
          helpOf(command + " " + names.group(1), commands);
        }
      }
    }
  }
}
