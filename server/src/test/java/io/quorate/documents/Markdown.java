package io.quorate.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document as its tests read it.
 *
 * @param lines of which those in blocks of code are empty
 * @param anchors of headings, as GitHub makes them, and those that are written out
 */
record Markdown(Path file, List<String> lines, Set<String> anchors) {
  private static final Pattern HEADING = Pattern.compile("#{1,6} +(.*?) *#*");
  private static final Pattern WRITTEN_ANCHOR = Pattern.compile("<a id=\"([^\"]+)\"");
  private static final Pattern LINK =
      Pattern.compile("(?:\\]\\(|(?:src|href)=\")([^)\\s\"]+)[)\"]");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern NOTE = Pattern.compile("\\[(\\^[^\\]]+)\\](:?)");

  static Markdown read(Path file) throws IOException {
    return of(file, Files.readAllLines(file));
  }

  static Markdown of(Path file, List<String> text) {
    List<String> lines = new ArrayList<>();
    Set<String> anchors = new LinkedHashSet<>();
    Map<String, Integer> seen = new HashMap<>();
    boolean fenced = false;
    for (String line : text) {
      boolean fence = line.strip().startsWith("```");
      fenced ^= fence;
      String kept = fence || fenced || line.startsWith("    ") ? "" : line;
      lines.add(kept);
      Matcher heading = HEADING.matcher(kept);
      if (heading.matches()) {
        String slug = slug(heading.group(1));
        int before = seen.merge(slug, 1, Integer::sum) - 1;
        anchors.add(before == 0 ? slug : slug + "-" + before);
      }
      Matcher written = WRITTEN_ANCHOR.matcher(kept);
      while (written.find()) {
        anchors.add(written.group(1));
      }
    }
    return new Markdown(file, List.copyOf(lines), anchors);
  }

  /** GitHub's: lower case, blanks become hyphens, and all but letters, digits, - and _ goes. */
  private static String slug(String heading) {
    return heading
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^\\p{L}\\p{N} _-]", "")
        .replace(' ', '-');
  }

  /** Targets of its links, images and references of HTML. */
  List<String> links() {
    return all(LINK, String.join("\n", lines));
  }

  /** What it shows as code within its text. */
  Set<String> code() {
    return new TreeSet<>(all(CODE, String.join("\n", lines)));
  }

  /** The first words of a column, of each table that has it. */
  List<String> column(String header) {
    List<String> cells = new ArrayList<>();
    int column = -1;
    for (String line : lines) {
      String[] row = line.startsWith("|") ? line.split("\\|", -1) : new String[0];
      if (row.length == 0) {
        column = -1;
      } else if (column < 0) {
        for (int place = 0; place < row.length; place++) {
          column = row[place].strip().equals(header) ? place : column;
        }
        column = column < 0 ? Integer.MAX_VALUE : column;
      } else if (column < row.length && !row[column].matches("[ :]*-[-: ]*")) {
        cells.add(row[column].strip());
      }
    }
    return cells;
  }

  /** Footnotes that are referred to, and have no text. */
  Set<String> missingNotes() {
    Set<String> used = new TreeSet<>();
    Set<String> there = new TreeSet<>();
    Matcher notes = NOTE.matcher(String.join("\n", lines));
    while (notes.find()) {
      (notes.group(2).isEmpty() ? used : there).add(notes.group(1));
    }
    used.removeAll(there);
    return used;
  }

  private static List<String> all(Pattern pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
