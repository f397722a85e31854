package io.quorate.node.config;

import java.util.List;

/**
 * A configuration that cannot be used; the message names every problem and where it stands, one a
 * line.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  /** A file of something else has a problem in each of its lines. */
  private static final int PROBLEMS_MAX = 20;

  public ConfigException(List<String> problems) {
    super(lines(problems));
  }

  public ConfigException(String problem) {
    super(problem);
  }

  private static String lines(List<String> problems) {
    int more = problems.size() - PROBLEMS_MAX;
    return more <= 0
        ? String.join("\n", problems)
        : String.join("\n", problems.subList(0, PROBLEMS_MAX)) + "\nand " + more + " more";
  }
}
