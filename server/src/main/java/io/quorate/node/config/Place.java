package io.quorate.node.config;

/**
 * Where something was written.
 *
 * @param source the name of a file, or what else has settings: {@code environment}
 * @param line of a file, from 1 on; 0 where there are no lines, or none is known
 */
public record Place(String source, int line) {
  /** The variable that overrides the setting. */
  public static final Place ENVIRONMENT = new Place("environment", 0);

  @Override
  public String toString() {
    return line == 0 ? source : source + ", line " + line;
  }
}
