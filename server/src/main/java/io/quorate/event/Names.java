package io.quorate.event;

import java.util.regex.Pattern;

/** What a meter may be called. */
final class Names {
  private static final Pattern NAME = Pattern.compile("quorate(\\.[a-z]+)+");

  private Names() {}

  static void check(String name, String help) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(name + " is no name of a meter");
    }
    if (help.isBlank() || help.endsWith(".")) {
      throw new IllegalArgumentException(name + " needs a sentence without a period");
    }
  }
}
