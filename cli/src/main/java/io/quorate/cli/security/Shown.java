package io.quorate.cli.security;

import io.quorate.cli.process.OneLine;

/** What was typed, as messages repeat it. */
final class Shown {
  private static final int CHARS_MAX = 80;

  private Shown() {}

  static String of(String typed) {
    return "'" + OneLine.of(typed, CHARS_MAX) + "'";
  }
}
