package io.quorate.cli.shell;

import io.quorate.cli.command.Connections;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.output.Console;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Model.CommandSpec;

/** Runs the lines of one shell, one after the other. */
final class Session {
  /** Words that end a shell. */
  static final Set<String> ENDS = Set.of("exit", "quit");

  /** Commands that run nodes or shells, in a process of their own and with options of its JVM. */
  static final Set<String> OUTSIDE = Set.of("server", "dev", "warm", "shell");

  private final Console console;
  private final Commands commands;
  private final CommandSpec root;
  private final HeldOptions held;
  private final Connections connections;

  /**
   * What came of a line.
   *
   * @param exitCode of its command
   * @param ends whether the shell is to end
   */
  record Ran(int exitCode, boolean ends) {}

  Session(
      Console console,
      Commands commands,
      CommandSpec root,
      HeldOptions held,
      Connections connections) {
    this.console = console;
    this.commands = commands;
    this.root = root;
    this.held = held;
    this.connections = connections;
  }

  /** Runs a line, which may be empty; failures are told to the console. */
  Ran run(String line) {
    return runAll(line, () -> true);
  }

  /**
   * Runs the lines of a paste one after the other, and none if one of them is not clear. Those
   * after one that is no command, or that ends the shell, are not run.
   *
   * @param goesOn whether the next one is to be run
   */
  Ran runAll(String lines, BooleanSupplier goesOn) {
    List<List<String>> commands;
    try {
      commands = Words.commands(lines);
    } catch (IllegalArgumentException unclear) {
      return refused(String.valueOf(unclear.getMessage()));
    }
    Ran last = new Ran(ExitCode.DONE, false);
    for (int i = 0; i < commands.size(); i++) {
      if (last.ends() || last.exitCode() == ExitCode.USAGE || !goesOn.getAsBoolean()) {
        console.err().println("quorate: lines that were not run: " + (commands.size() - i));
        break;
      }
      last = runWords(withoutProgram(commands.get(i)));
    }
    return last;
  }

  private Ran runWords(List<String> words) {
    if (words.isEmpty()) {
      return new Ran(ExitCode.DONE, false);
    }
    String first = words.getFirst();
    if (words.size() == 1 && ENDS.contains(first)) {
      return new Ran(ExitCode.DONE, true);
    }
    if (OUTSIDE.contains(first) && !asksForHelp(words)) {
      return refused(
          "'" + first + "' is no command of a shell: run quorate " + first + " outside of it");
    }
    int exitCode =
        commands.run(console, connections, held.addTo(root, words).toArray(String[]::new));
    console.out().flush();
    return new Ran(exitCode, exitCode == ExitCode.OUTPUT_GONE);
  }

  /** So that lines of documents can be pasted. */
  static List<String> withoutProgram(List<String> words) {
    return !words.isEmpty() && words.getFirst().equals("quorate")
        ? words.subList(1, words.size())
        : words;
  }

  private static boolean asksForHelp(List<String> words) {
    return words.contains("--help") || words.contains("-h");
  }

  private Ran refused(String why) {
    console.err().println("quorate: " + why);
    return new Ran(ExitCode.USAGE, false);
  }
}
