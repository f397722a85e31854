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

  /**
   * Levenshtein's distance, in which two neighbours that are swapped count once (optimal string
   * alignment): insertions, deletions, replacements and swaps.
   */
  private static int edits(String from, String to) {
    int[] beforeLast = new int[to.length() + 1];
    int[] last = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      last[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int[] row = new int[to.length() + 1];
      row[0] = line;
      for (int column = 1; column <= to.length(); column++) {
        char here = from.charAt(line - 1);
        int replaced = last[column - 1] + (here == to.charAt(column - 1) ? 0 : 1);
        row[column] = Math.min(replaced, Math.min(last[column], row[column - 1]) + 1);
        if (line > 1
            && column > 1
            && here == to.charAt(column - 2)
            && from.charAt(line - 2) == to.charAt(column - 1)) {
          row[column] = Math.min(row[column], beforeLast[column - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[to.length()];
  }
}
