package io.quorate.cli;

import io.quorate.cli.output.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes a manual page of each command, as AsciiDoc. The profile {@code man} of the build runs it,
 * and has Asciidoctor make man pages of what it wrote. It is among the tests since a distribution
 * has no use for the generator.
 */
public final class ManPages {
  private static final Pattern DESCRIPTION =
      Pattern.compile("(?s)(?<=\n== Description\n\n).*?(?=\n\n// end)");

  /** What commands say of their version where they are not run from a jar, as here. */
  private static final String UNKNOWN_VERSION = "(not from a jar)";

  private ManPages() {}

  /**
   * Runs it.
   *
   * @param args the directory to write to, and the version that the pages are of
   */
  public static void main(String[] args) throws IOException {
    write(Path.of(args[0]), args[1]);
  }

  static void write(Path directory, String version) throws IOException {
    Files.createDirectories(directory);
    int exitCode =
        ManPageGenerator.generateManPage(
            directory.toFile(), null, new boolean[0], false, commands());
    if (exitCode != CommandLine.ExitCode.OK) {
      throw new IOException("the pages cannot be written to " + directory);
    }
    try (Stream<Path> pages = Files.list(directory)) {
      for (Path page : pages.toList()) {
        Files.writeString(page, asTyped(Files.readString(page)).replace(UNKNOWN_VERSION, version));
      }
    }
  }

  static CommandSpec commands() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return Main.commandLine(
            new Console(InputStream.nullInputStream(), nowhere, nowhere, false, false))
        .getCommandSpec();
  }

  /** Asciidoctor would print dashes, dots and arrows of a book, and people type what they read. */
  private static String asTyped(String page) {
    String typed = page;
    for (String each : List.of("...", "->", " -- ")) {
      typed = typed.replace(each, each.replace(each.strip(), "pass:[" + each.strip() + "]"));
    }
    // Each line of a description is a paragraph, and an indented one is what is typed.
    return DESCRIPTION
        .matcher(typed)
        .replaceAll(lines -> Matcher.quoteReplacement(lines.group().replace("\n", "\n\n")));
  }
}
