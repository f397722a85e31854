package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Each command has a manual page, from which Asciidoctor makes one that man reads. */
class ManPagesTest {
  @TempDir private static Path directory;

  @BeforeAll
  static void write() throws IOException {
    ManPages.write(directory, "1.2.3");
  }

  @Test
  void eachCommandHasAPage() throws IOException {
    Set<String> expected = new TreeSet<>();
    addPages(ManPages.commands(), expected);
    try (Stream<Path> pages = Files.list(directory)) {
      assertThat(pages.map(each -> each.getFileName().toString()).collect(Collectors.toSet()))
          .isEqualTo(expected)
          .contains("quorate.adoc", "quorate-put.adoc", "quorate-tenant-create.adoc");
    }
  }

  @Test
  void aPageNamesTheCommandAndHowItIsCalledAndItsOptions() throws IOException {
    look(ManPages.commands());
  }

  private static void look(CommandSpec command) throws IOException {
    String name = command.qualifiedName("-");
    String page = Files.readString(directory.resolve(name + ".adoc"));
    assertThat(page)
        .contains(
            "\n= " + name + "(1)\n", "\n== Name\n\n" + name + " - ", ":mansource: quorate 1.2.3\n");
    assertThat(page.substring(page.indexOf("\n== Synopsis\n\n")).replace("*", ""))
        .startsWith("\n== Synopsis\n\n" + command.qualifiedName() + " ");
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        assertThat(page)
            .contains(option.longestName().replace("--", option.negatable() ? "--[no-]" : "--"));
      }
    }
    for (CommandLine each : subcommands(command)) {
      look(each.getCommandSpec());
    }
  }

  /** Else a reader would type a dash of a book where two hyphens are meant. */
  @Test
  void whatIsTypedStaysAsItIsTyped() throws IOException {
    try (Stream<Path> pages = Files.list(directory)) {
      for (Path page : pages.toList()) {
        assertThat(Files.readString(page)).doesNotContain(" -- ", "x...", "=N,...");
      }
    }
  }

  /** Asciidoctor makes one paragraph of lines that follow each other. */
  @Test
  void linesOfADescriptionStayApart() throws IOException {
    assertThat(Files.readString(directory.resolve("quorate-completion.adoc")))
        .contains("\n\n  quorate completion > ~/.quorate-completion\n\n");
  }

  private static void addPages(CommandSpec command, Set<String> pages) {
    pages.add(command.qualifiedName("-") + ".adoc");
    subcommands(command).forEach(each -> addPages(each.getCommandSpec(), pages));
  }

  private static List<CommandLine> subcommands(CommandSpec command) {
    return command.subcommands().values().stream().distinct().toList();
  }
}
