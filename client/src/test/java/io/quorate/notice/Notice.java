package io.quorate.notice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A NOTICE as its tests read it. A line such as {@code org.slf4j:slf4j-api MIT} names a library and
 * its licence, lines below it that are indented belong to that library. A line {@code Licence MIT}
 * is the heading of a text of a licence.
 *
 * @param licences licences by libraries
 * @param remarks what stands below libraries, by libraries
 * @param texts licences whose text is there
 * @param lines all lines, with single blanks
 */
record Notice(
    Map<String, String> licences,
    Map<String, List<String>> remarks,
    Set<String> texts,
    Set<String> lines) {
  private static final Pattern LIBRARY = Pattern.compile("([\\w.-]+:[\\w.-]+)\\s+([A-Z][\\w.-]+)");
  private static final Pattern TEXT = Pattern.compile("Licence ([\\w.-]+)");

  static Notice read(Path file) throws IOException {
    return of(Files.readAllLines(file));
  }

  static Notice of(List<String> text) {
    Map<String, String> licences = new TreeMap<>();
    Map<String, List<String>> remarks = new HashMap<>();
    Set<String> texts = new HashSet<>();
    Set<String> lines = new HashSet<>();
    List<String> below = new ArrayList<>();
    for (String line : text) {
      lines.add(singleBlanks(line));
      Matcher library = LIBRARY.matcher(line);
      Matcher heading = TEXT.matcher(line);
      if (library.matches()) {
        below = remarks.computeIfAbsent(library.group(1), name -> new ArrayList<>());
        licences.put(library.group(1), library.group(2));
      } else if (line.startsWith("    ")) {
        below.add(line.strip());
      } else {
        below = new ArrayList<>();
      }
      if (heading.matches()) {
        texts.add(heading.group(1));
      }
    }
    return new Notice(licences, remarks, texts, lines);
  }

  static String singleBlanks(String line) {
    return line.strip().replaceAll("\\s+", " ");
  }
}
