package io.quorate.model;

/**
 * A release of Quorate as a node runs it, and the cluster versions that it can work at.
 *
 * <p>All nodes of a cluster write at one version, the cluster's: what goes to disk and what other
 * nodes are to read. A release reads and writes that of the release before it, too. So nodes of two
 * releases work together while a cluster is upgraded, and each of them can go back, until an
 * operator raises the cluster's version.
 *
 * @param name for people, as in 0.1.0
 * @param oldest the lowest cluster version that it can work at
 * @param newest the highest
 */
public record Release(String name, int oldest, int newest) {
  /** The lowest cluster version that this code can work at. */
  public static final int OLDEST_VERSION = 1;

  /** The highest one. Each that is added is told in {@code docs/operations/upgrade.md}. */
  public static final int NEWEST_VERSION = 2;

  private static final int NAME_CHARS_MAX = 64;

  public Release {
    if (!isName(name)) {
      throw new IllegalArgumentException(
          "release %s: give 1 to %d letters, digits and '.', '-', '_', '+'"
              .formatted(Quoted.of(name), NAME_CHARS_MAX));
    }
    if (oldest < 1 || newest < oldest) {
      throw new IllegalArgumentException(
          "release %s works at cluster versions %d to %d: they count from 1, and the first is the"
                  .formatted(name, oldest, newest)
              + " lowest");
    }
  }

  /** The release that this code is of. */
  public static Release named(String name) {
    return new Release(name, OLDEST_VERSION, NEWEST_VERSION);
  }

  private static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= NAME_CHARS_MAX
        && name.chars()
            .allMatch(
                c ->
                    (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || "._+-".indexOf(c) >= 0);
  }

  public boolean worksAt(int clusterVersion) {
    return oldest <= clusterVersion && clusterVersion <= newest;
  }

  /** As in {@code release 0.2.0 (cluster versions 1 to 2)}. */
  @Override
  public String toString() {
    return oldest == newest
        ? "release %s (cluster version %d)".formatted(name, oldest)
        : "release %s (cluster versions %d to %d)".formatted(name, oldest, newest);
  }
}
