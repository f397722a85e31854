package io.quorate.cli.output;

import java.util.regex.Pattern;

/** Texts as a shell takes them, for commands that people copy. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:@%+=,-]+");

  private ShellWord() {}

  /** Returns a text as one word of a shell, in quotes where it needs them. */
  public static String of(String text) {
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
