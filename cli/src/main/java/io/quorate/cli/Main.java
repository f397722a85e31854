package io.quorate.cli;

import io.quorate.cli.command.Connections;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import io.quorate.cli.output.OutputGoneException;
import io.quorate.cli.output.ResultStream;
import io.quorate.cli.process.Logging;
import io.quorate.cli.process.NameLookups;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** Reads the command line, runs the command, and ends the process with its exit code. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Numbers are written with the digits 0 to 9 whatever the locale says: some have others, and a
    // node of such a locale would look for its files under names that nothing has.
    Locale.setDefault(Locale.ROOT);
    // Text is UTF-8 whatever the locale says: what is stored must not hang on a terminal's
    // settings.
    PrintStream out = new ResultStream(new FileOutputStream(FileDescriptor.out));
    PrintStream err =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    Logging.configureFor(args);
    NameLookups.rememberBriefly();
    Console console =
        new Console(
            System.in,
            out,
            err,
            Boolean.getBoolean("quorate.terminal"),
            Boolean.getBoolean(Console.MAY_ASK));
    int exitCode = run(console, args);
    out.flush();
    System.exit(exitCode);
  }

  /** Runs one command; returns one of {@link ExitCode}. */
  static int run(Console console, String... args) {
    return run(console, Connections.OF_EACH_COMMAND, args);
  }

  private static int run(Console console, Connections connections, String... args) {
    String fault = TypedArguments.fault(args);
    if (fault != null) {
      FailureReport.ofUsage(fault).print(console, Arrays.asList(args).contains("--json"));
      return ExitCode.USAGE;
    }
    try {
      int exitCode = commandLine(console, connections, List.of(args)).execute(args);
      if (exitCode == ExitCode.DONE) {
        console.requireWritten();
      }
      return exitCode;
    } catch (OutputGoneException | UncheckedIOException | Error broken) {
      // Commands report what they can: not a class that is missing, nor their last results.
      List<String> words = Arrays.asList(args);
      return onFailure(console, broken, words.contains("--json"), words.contains("--verbose"));
    }
  }

  static CommandLine commandLine(Console console) {
    return commandLine(console, Connections.OF_EACH_COMMAND, List.of());
  }

  /**
   * @param words of the command that is to be run
   */
  private static CommandLine commandLine(
      Console console, Connections connections, List<String> words) {
    CommandLine root = new CommandLine(new Quorate(connections));
    CommandTable.of(console, Main::run).addTo(root, words);
    return root.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
        .registerConverter(int.class, Main::wholeNumber)
        .registerConverter(Integer.class, Main::wholeNumber)
        .registerConverter(long.class, Main::longNumber)
        .registerConverter(Long.class, Main::longNumber)
        .setExpandAtFiles(false) // @FILE is a value's source here
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler((failure, given) -> onUsage(console, failure, given))
        .setExecutionExceptionHandler(
            (failure, command, parsed) ->
                onFailure(console, failure, given(parsed, "--json"), given(parsed, "--verbose")));
  }

  /**
   * Returns the root of a command's tree if it has all commands, as that of a misspelt one has;
   * else makes one.
   */
  private static CommandLine whole(Console console, CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    return CommandTable.isWhole(root) ? root : commandLine(console);
  }

  private static int wholeNumber(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notOne) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number of at most " + Integer.MAX_VALUE);
    }
  }

  private static long longNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException notOne) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number of at most " + Long.MAX_VALUE);
    }
  }

  /** Whether an option was given to the command at the end of the line. */
  private static boolean given(ParseResult parsed, String option) {
    return parsed.hasSubcommand()
        ? given(parsed.subcommand(), option)
        : parsed.hasMatchedOption(option);
  }

  private static int onUsage(Console console, ParameterException failure, String[] args) {
    CommandSpec command = failure.getCommandLine().getCommandSpec();
    boolean json = Arrays.asList(args).contains("--json");
    List<String> meant = UsageFault.meant(failure, () -> whole(console, failure.getCommandLine()));
    String instead = UsageFault.instead(failure);
    String guess = instead == null ? "" : ": " + instead;
    if (!meant.isEmpty()) {
      guess = "; did you mean '" + String.join("' or '", meant) + "'?";
    }
    String hint = (meant.isEmpty() ? "; try '" : " Try '") + command.qualifiedName() + " --help'";
    FailureReport.ofUsage(UsageFault.of(failure) + guess + (json ? "" : hint)).print(console, json);
    return ExitCode.USAGE;
  }

  private static int onFailure(Console console, Throwable failure, boolean json, boolean verbose) {
    if (failure instanceof OutputGoneException) {
      return ExitCode.OUTPUT_GONE; // without a word, as a program that is ended by a closed pipe
    }
    console.out().flush();
    FailureReport report = FailureReport.of(failure);
    report.print(console, json);
    if (verbose) {
      failure.printStackTrace(console.err());
    }
    return report.exitCode();
  }

  @Command(
      name = "quorate",
      description = "A replicated key-value store that keeps every write it acknowledged.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionOfJar.class,
      synopsisSubcommandLabel = "COMMAND",
      scope = CommandLine.ScopeType.INHERIT,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:done",
        "1:not found, but for a tenant; condition not met, replicas differ, or no backup is as new"
            + " as it must be",
        "2:the command line cannot be understood",
        "3:the cluster, or a node that had to be asked, cannot be reached, or the level was not"
            + " reached; of a node: it ran out of memory",
        "4:it failed otherwise, as if there is no such tenant; of a node: it cannot start, or must"
            + " not go on",
        "5:the node has left its cluster: do not start it again",
        "6:the node is of a release that cannot work in its cluster",
        "7:denied: no grant of the user allows it, or the certificate of this program, or of the"
            + " nodes, is refused (other than for its name)",
        "123:lock acquire: other owners hold the lock; 124: it was lost, and the command stopped;"
            + " else, with a COMMAND, the command's own",
        "141:what reads the output is gone",
        "143:the node was stopped by SIGTERM, in order"
      })
  private record Quorate(Connections connections) implements Connections.Source {}

  private static final class VersionOfJar implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"quorate " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
