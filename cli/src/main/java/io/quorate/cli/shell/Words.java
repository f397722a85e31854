package io.quorate.cli.shell;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a line into words, as shells do: blanks part words, what stands in quotes is one word or a
 * part of one, and a backslash takes its meaning from the next character. Within double quotes it
 * does so before a double quote and a backslash only, and within single quotes it is a character as
 * others are. A word that begins with # begins a comment. Nothing is replaced: there are no
 * variables, and no patterns.
 */
final class Words {
  private static final char NO_QUOTE = 0;

  private final List<String> words = new ArrayList<>();
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
    Words split = new Words();
    split.read(line);
    return List.copyOf(split.words);
  }

  private void read(String line) {
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && isEscape(line, i)) {
        i++;
        add(line.charAt(i));
      } else if (quote != NO_QUOTE) {
        inQuotes(c);
      } else if (c == '\'' || c == '"') {
        quote = c;
        begun = true; // '' is a word, too
      } else if (Character.isWhitespace(c)) {
        end();
      } else if (c == '#' && !begun) {
        return;
      } else {
        add(c);
      }
    }
    if (quote != NO_QUOTE) {
      throw new IllegalArgumentException("a quote is not closed: " + quote);
    }
    end();
  }

  private boolean isEscape(String line, int at) {
    if (quote == '\'') {
      return false;
    }
    if (at + 1 == line.length()) {
      throw new IllegalArgumentException("nothing follows the backslash at the end of the line");
    }
    char next = line.charAt(at + 1);
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

  private void end() {
    if (begun) {
      words.add(word.toString());
      word.setLength(0);
      begun = false;
    }
  }
}
