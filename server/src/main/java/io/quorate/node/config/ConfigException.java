package io.quorate.node.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be used; the message names every problem and where it stands, one a
 * line.
 */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1;

  /** A file of something else has a problem in each of its lines. */
  private static final int PROBLEMS_MAX = 20;

  private final transient List<ConfigProblem> problems;

  ConfigException(List<ConfigProblem> problems) {
    super(lines(problems));
    this.problems = List.copyOf(problems);
  }

  ConfigException(Place place, String what) {
    this(List.of(new ConfigProblem(place, what)));
  }

  /** Returns all problems, also those that the message only counts. */
  public List<ConfigProblem> problems() {
    return problems;
  }

  private static String lines(List<ConfigProblem> problems) {
    String first =
        problems.stream()
            .limit(PROBLEMS_MAX)
            .map(ConfigProblem::toString)
            .collect(Collectors.joining("\n"));
    int more = problems.size() - PROBLEMS_MAX;
    return more <= 0 ? first : first + "\nand " + more + " more";
  }
}
