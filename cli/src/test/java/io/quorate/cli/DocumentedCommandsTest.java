package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.output.Console;
import io.quorate.documents.Repository;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Commands that documents, settings, alerts and messages name are there, with their options. */
class DocumentedCommandsTest {
  private static final Path HOME = Path.of("..");

  /**
   * As it is typed: after a quote, a blank, a bracket or the launcher's directory. In {@code sudo
   * -u quorate quorate get}, the first is the user.
   */
  private static final Pattern MENTION =
      Pattern.compile(
          "(?<=[`'\"( /$])quorate (?!has the same|quorate\\b)((?:[^`'\"(){}#;\\n.]|\\.(?=\\S))+)");

  private static final Pattern PUNCTUATION = Pattern.compile("[.,:](?=\\s|$)");

  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]+");

  /** A string of Java that goes on in the next line. */
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\n\\s*\\+ \"");

  private final CommandSpec root =
      Main.commandLine(
              new Console(
                  InputStream.nullInputStream(),
                  new PrintStream(OutputStream.nullOutputStream()),
                  new PrintStream(OutputStream.nullOutputStream()),
                  false,
                  false))
          .getCommandSpec();

  private final List<String> wrong = new ArrayList<>();
  private int seen;

  @Test
  void everyCommandThatIsNamedIsThereWithItsOptions() throws IOException {
    for (Path file : Repository.files(".md", ".yml", ".service")) {
      read(file);
    }
    for (String module : List.of("client", "jobs", "server", "cli")) {
      try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          read(file);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isGreaterThan(100);
  }

  private void read(Path file) throws IOException {
    String text = Files.readString(file);
    if (file.toString().endsWith(".java")) {
      text = JOINED.matcher(text).replaceAll("");
    }
    Matcher mentions = MENTION.matcher(text);
    while (mentions.find()) {
      String fault = fault(mentions.group(1));
      seen++;
      if (fault != null) {
        wrong.add(file + ": quorate " + mentions.group(1).strip() + ": " + fault);
      }
    }
  }

  /** What is wrong with words after {@code quorate}; null if nothing is. */
  private @Nullable String fault(String words) {
    CommandSpec command = root;
    List<CommandSpec> last = List.of(root);
    for (String word : PUNCTUATION.matcher(words).replaceAll(" ").strip().split("\\s+", -1)) {
      List<CommandSpec> next = new ArrayList<>();
      for (String alternative : word.split("\\|", -1)) {
        CommandLine sub = command.subcommands().get(alternative);
        if (sub != null) {
          next.add(sub.getCommandSpec());
        }
      }
      if (next.isEmpty()) {
        break;
      }
      CommandSpec above = command;
      command = next.getFirst();
      if (next.size() < word.split("\\|", -1).length) {
        next.add(above); // as in: repair [--verify]|status
      }
      last = next;
    }
    if (command.equals(root)) {
      return "there is no such command";
    }
    Matcher options = OPTION.matcher(words);
    while (options.find()) {
      String option = options.group();
      if (last.stream().noneMatch(each -> hasOption(each, option))) {
        return "no option " + option;
      }
    }
    return null;
  }

  private static boolean hasOption(CommandSpec command, String option) {
    return command.optionsMap().containsKey(option)
        || command.negatedOptionsMap().containsKey(option);
  }
}
