package io.quorate.metadata;

import java.util.ArrayList;
import java.util.List;

/**
 * Sentences as they are kept in the replicated state: few and short enough to be part of each of
 * its snapshots, and such that they come back from UTF-8 as they were.
 */
final class Sentences {
  static final int CHARS_MAX = 1_000;

  /** More warnings are counted, and not kept. */
  static final int LIST_MAX = 8;

  private static final String CUT = "...";

  private Sentences() {}

  /** Returns at most {@link #CHARS_MAX} characters of {@code text}, without halves of pairs. */
  static String bounded(String text) {
    String whole = text;
    if (text.length() > CHARS_MAX) {
      whole = text.substring(0, CHARS_MAX - CUT.length()) + CUT;
    }
    return isWellFormed(whole) ? whole : repaired(whole);
  }

  /** Returns the first {@link #LIST_MAX}, and how many more there were. */
  static List<String> bounded(List<String> texts) {
    List<String> few = new ArrayList<>();
    for (String text : texts.subList(0, Math.min(LIST_MAX, texts.size()))) {
      few.add(bounded(text));
    }
    if (texts.size() > LIST_MAX) {
      few.add("and %d more".formatted(texts.size() - LIST_MAX));
    }
    return few;
  }

  private static boolean isWellFormed(String text) {
    return text.codePoints().noneMatch(Sentences::isHalf);
  }

  private static String repaired(String text) {
    return text.codePoints()
        .map(point -> isHalf(point) ? '\uFFFD' : point)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isHalf(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }
}
