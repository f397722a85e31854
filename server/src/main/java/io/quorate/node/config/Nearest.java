package io.quorate.node.config;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Guesses what a user meant to write. */
public final class Nearest {
  private Nearest() {}

  /**
   * The known word with the fewest edits from {@code word}, if that is at most {@code editsMax}.
   */
  public static @Nullable String to(String word, Collection<String> known, int editsMax) {
    String nearest = null;
    int fewest = editsMax + 1;
    for (String candidate : known) {
      int edits = edits(word, candidate);
      if (edits < fewest) {
        fewest = edits;
        nearest = candidate;
      }
    }
    return nearest;
  }

  /** Levenshtein's distance: insertions, deletions and replacements of one character. */
  private static int edits(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      row[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(replaced, Math.min(row[column], row[column - 1]) + 1);
      }
    }
    return row[to.length()];
  }
}
