package io.quorate.packages;

import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of the documents that is copied to where the sources are not: what it links to and is not
 * in the copy, it names.
 */
final class CopiedPage {
  /** A block of code, code in a line, or a link with its label and its target. */
  private static final Pattern LINK =
      Pattern.compile(
          "(?ms)^ *```.*?^ *```"
              + "|`[^`]++`"
              + "|!?\\[(?<label>(?:[^\\[\\]]++|\\[[^\\[\\]]*+\\])*+)\\]\\((?<target>[^)\\s]+)\\)");

  private final String path;
  private final Predicate<String> there;

  /**
   * Makes a page.
   *
   * @param path where it is, below the directory of the copy and of the sources alike
   * @param there whether the copy has a file or directory, by its path below the same directory
   */
  CopiedPage(String path, Predicate<String> there) {
    this.path = path;
    this.there = there;
  }

  /** Returns the text of the page, in which each link leads to the copy or into the network. */
  String text(String ofSources) {
    return LINK.matcher(ofSources).replaceAll(found -> Matcher.quoteReplacement(good(found)));
  }

  private String good(MatchResult found) {
    String target = found.group("target");
    if (target == null || target.contains("://") || target.startsWith("mailto:")) {
      return found.group();
    }
    String file = target.replaceFirst("#.*", "");
    String named = file.isEmpty() ? path : below(file);
    return there.test(named) ? found.group() : named(found.group("label"), named);
  }

  /**
   * A test is found by the name of its class or method, as labels have it; all else by its path.
   */
  private static String named(String label, String file) {
    return file.endsWith(".java") || label.contains(file) ? label : label + " (`" + file + "`)";
  }

  private String below(String link) {
    return Path.of(path).resolveSibling(link).normalize().toString();
  }
}
