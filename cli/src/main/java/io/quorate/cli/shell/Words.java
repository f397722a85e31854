package io.quorate.cli.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words, as shells do: blanks part words, what stands in quotes is one word or a
 * part of one, and a backslash takes its meaning from the next character. Within double quotes it
 * does so before a double quote and a backslash only, and within single quotes it is a character as
 * others are. A word that begins with # begins a comment. The end of a line ends a command, but for
 * one in quotes, which is a character as others are. Nothing is replaced: there are no variables,
 * and no patterns.
 */
final class Words {
  private static final char NO_QUOTE = 0;

  private final List<List<String>> commands = new ArrayList<>();
  private List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean begun;
  private char quote = NO_QUOTE;

  private Words() {}

  /**
   * Returns the words of a line.
   *
   * @throws IllegalArgumentException if a quote is not closed, or the line ends with a backslash
   */
  static List<String> of(String line) {
    List<List<String>> commands = commands(line);
    return commands.isEmpty() ? List.of() : commands.getFirst();
  }

  /**
   * Returns the words of each command in a text; lines without a word are left out.
   *
   * @throws IllegalArgumentException if a quote is not closed, or a line ends with a backslash
   */
  static List<List<String>> commands(String text) {
    Words split = new Words();
    split.read(text);
    return List.copyOf(split.commands);
  }

  private void read(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == NO_QUOTE && isLineEnd(c)) {
        endCommand();
      } else if (c == '\\' && isEscape(text, i)) {
        i++;
        add(text.charAt(i));
      } else if (quote != NO_QUOTE) {
        inQuotes(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true; // '' is a word, too
      } else if (Character.isWhitespace(c)) {
        end();
      } else if (c == '#' && !begun) {
        i = lastOfLine(text, i);
      } else {
        add(c);
      }
    }
    if (quote != NO_QUOTE) {
      throw new IllegalArgumentException("a quote is not closed: " + quote);
    }
    endCommand();
  }

  private static int lastOfLine(String text, int from) {
    int last = from;
    while (last + 1 < text.length() && !isLineEnd(text.charAt(last + 1))) {
      last++;
    }
    return last;
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private boolean isEscape(String text, int at) {
    if (quote == '\'') {
      return false;
    }
    if (at + 1 == text.length() || (quote == NO_QUOTE && isLineEnd(text.charAt(at + 1)))) {
      throw new IllegalArgumentException("nothing follows the backslash at the end of the line");
    }
    char next = text.charAt(at + 1);
    return quote == NO_QUOTE || next == '"' || next == '\\';
  }

  private void inQuotes(char c) {
    if (c == quote) {
      quote = NO_QUOTE;
    } else {
      add(c);
    }
  }

  private void add(char c) {
    word.append(c);
    begun = true;
  }

  private void endCommand() {
    end();
    if (!words.isEmpty()) {
      commands.add(List.copyOf(words));
      words = new ArrayList<>();
    }
  }

  private void end() {
    if (begun) {
      words.add(word.toString());
      word.setLength(0);
      begun = false;
    }
  }
}
