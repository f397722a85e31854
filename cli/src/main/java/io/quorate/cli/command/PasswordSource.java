package io.quorate.cli.command;

import io.quorate.cli.output.Console;
import java.io.InputStream;
import java.util.Arrays;

/** Where passwords come from: a file, standard input, or a person at a terminal. */
public final class PasswordSource {
  /** Names standard input where a file is asked for. */
  public static final String STANDARD_INPUT = "-";

  private static final SecretFile FILE = new SecretFile("password", 4_096);

  private PasswordSource() {}

  /**
   * Reads a password that stands alone in a file; one line break at its end is none of it.
   *
   * @param in read where the file is {@link #STANDARD_INPUT}
   * @throws IllegalArgumentException if it cannot be read, or is no text of one line
   */
  public static String read(String file, InputStream in) {
    return FILE.read(file, in);
  }

  /** Whether a person can be asked for one. */
  public static boolean canAsk() {
    return Boolean.getBoolean(Console.MAY_ASK);
  }

  /**
   * Asks a person at the terminal, which does not show what is typed.
   *
   * @throws IllegalArgumentException if none is typed, or standard output is no terminal
   */
  @SuppressWarnings("SystemConsoleNull") // it is null where a stream is no terminal
  public static String ask(String prompt) {
    java.io.Console terminal = System.console();
    if (terminal == null) {
      throw new IllegalArgumentException(
          "the password cannot be asked for, as standard output is no terminal: give a file that"
              + " holds it");
    }
    char[] typed = terminal.readPassword("%s: ", prompt);
    if (typed == null || typed.length == 0) {
      throw new IllegalArgumentException("no password was typed");
    }
    String password = new String(typed);
    Arrays.fill(typed, ' ');
    return password;
  }
}
