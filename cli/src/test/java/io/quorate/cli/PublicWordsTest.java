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
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * What users read is in plain words: documents, wire contracts, settings, alerts, help, messages.
 * The words here made readers stop; say who does what instead.
 */
class PublicWordsTest {
  private static final Pattern RIDDLES =
      Pattern.compile("(?<![\\w-])(whoever|so many|shall|anew|(?<!there )is none|whom|nobody)\\b");

  /** Words of a house where a package, an interface or a rule is meant. */
  private static final Pattern HOUSE = Pattern.compile("\\b(rooms|doors?|walls?(?! clock))\\b");

  private static final Pattern STRING = Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)*\"");

  /** A string of Java that goes on in the next line. */
  private static final Pattern JOINED = Pattern.compile("\"\\s*\\n\\s*\\+ \"");

  private final List<String> found = new ArrayList<>();

  @Test
  void documentsSettingsAndWireContractsAreInPlainWords() throws IOException {
    for (Path file : Repository.files(".md", ".proto", ".yml", ".service")) {
      look(Repository.HOME.relativize(file).toString(), Files.readString(file));
    }
    assertThat(found).isEmpty();
  }

  @Test
  void messagesAreInPlainWords() throws IOException {
    for (Path file : Repository.files(".java")) {
      String name = Repository.HOME.relativize(file).toString();
      if (name.contains("src/main")) {
        Matcher strings = STRING.matcher(JOINED.matcher(Files.readString(file)).replaceAll(""));
        while (strings.find()) {
          look(name, strings.group());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void helpIsInPlainWords() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    look(
        Main.commandLine(
            new Console(InputStream.nullInputStream(), nowhere, nowhere, false, false)));
    assertThat(found).isEmpty();
  }

  private void look(CommandLine command) {
    look(command.getCommandSpec().qualifiedName(), command.getUsageMessage());
    command.getSubcommands().values().forEach(this::look);
  }

  private void look(String where, String text) {
    String plain =
        text.replaceAll("(?m)^\\s*(//|#|\\*)+", " ")
            .replaceAll("\\s+", " ")
            .toLowerCase(Locale.ROOT);
    for (Pattern words : List.of(RIDDLES, HOUSE)) {
      Matcher riddle = words.matcher(plain);
      while (riddle.find()) {
        int begin = Math.max(riddle.start() - 40, 0);
        int end = Math.min(riddle.end() + 30, plain.length());
        found.add(where + ": ..." + plain.substring(begin, end));
      }
    }
  }
}
