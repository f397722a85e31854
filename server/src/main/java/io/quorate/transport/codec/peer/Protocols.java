package io.quorate.transport.codec.peer;

/**
 * Versions of the internode protocol, from the oldest to the newest. Two nodes speak the highest
 * that both understand, on each stream between them.
 */
public record Protocols(int oldest, int newest) {
  /** Those that this code understands: its own, and that of the release before it. */
  public static final Protocols KNOWN = new Protocols(1, 1);

  /** No version. */
  public static final int NONE = 0;

  /** The version in which two nodes speak; {@link #NONE} if they understand none in common. */
  public int common(Protocols other) {
    int newestOfBoth = Math.min(newest, other.newest);
    return newestOfBoth >= Math.max(oldest, other.oldest) && newestOfBoth > 0 ? newestOfBoth : NONE;
  }

  public boolean includes(int version) {
    return oldest <= version && version <= newest;
  }

  /** As in {@code 2 to 3}, or {@code 2}. */
  @Override
  public String toString() {
    return oldest == newest ? String.valueOf(newest) : oldest + " to " + newest;
  }
}
