package io.quorate.cli.shell;

import io.quorate.cli.command.Connections;
import io.quorate.cli.output.Console;

/** The commands of {@code quorate}, as a shell runs them. */
public interface Commands {
  /**
   * Runs one command.
   *
   * @return its exit code
   */
  int run(Console console, Connections connections, String... words);
}
