package io.quorate.version;

/**
 * How a record compares with another one of its key. Records of most models are ordered in part
 * only: of two that were written without knowledge of each other neither has everything.
 */
public enum Order {
  /** Both are the same, byte by byte. */
  SAME,
  /** The other record has everything that this one has, and more. */
  BEHIND,
  /** This record has everything that the other one has, and more. */
  AHEAD,
  /** Each may have something that the other one lacks. */
  CONCURRENT;

  /**
   * The order of records that are ordered totally.
   *
   * @param comparison as {@link Comparable#compareTo} answers it
   */
  public static Order of(int comparison) {
    return comparison == 0 ? SAME : comparison < 0 ? BEHIND : AHEAD;
  }

  /** Whether this record may lack something that the other one has. */
  public boolean lacks() {
    return this == BEHIND || this == CONCURRENT;
  }

  /** Whether this record may have something that the other one lacks. */
  public boolean hasMore() {
    return this == AHEAD || this == CONCURRENT;
  }
}
