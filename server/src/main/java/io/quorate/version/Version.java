package io.quorate.version;

import io.quorate.model.NodeId;

/**
 * The version of one write, totally ordered. Outside of this package records are compared through
 * their {@link RecordModel}, never by their versions alone.
 *
 * <p>{@code boot} is part of it because (clock, node) is not unique: a node that restarts with its
 * clock behind would stamp the same time twice for two values (docs/design/protocol.md#f10).
 *
 * @param rank what goes before the time: of a register the epoch of its ballot, of a record of
 *     which the last write wins its {@link FenceRank}, else 0
 * @param hlc hybrid logical clock of the stamp, see {@link Hlc}
 * @param node coordinator that stamped it
 * @param boot how often that coordinator had started, durable before it stamps
 */
public record Version(long rank, long hlc, NodeId node, int boot) implements Comparable<Version> {

  public Version {
    if (rank < 0 || boot < 0) {
      throw new IllegalArgumentException("version with rank " + rank + " and boot " + boot);
    }
  }

  @Override
  public int compareTo(Version that) {
    int byRank = Long.compare(rank, that.rank);
    if (byRank != 0) {
      return byRank;
    }
    if (hlc != that.hlc) {
      return compareClocks(hlc, that.hlc);
    }
    int byNode = node.compareTo(that.node);
    return byNode != 0 ? byNode : Integer.compare(boot, that.boot);
  }

  /**
   * A time that no clock shows is below all others: above it there would be no room for the next
   * write, and the key would swallow all that come.
   */
  private static int compareClocks(long one, long other) {
    boolean beyond = Hlc.isBeyondEnd(one);
    return beyond == Hlc.isBeyondEnd(other) ? Long.compareUnsigned(one, other) : beyond ? -1 : 1;
  }

  public boolean isAfter(Version that) {
    return compareTo(that) > 0;
  }

  /**
   * The later of two stamps: a write that is stamped above it comes after both. It does not tell
   * which of two records has more.
   */
  public static Version later(Version one, Version other) {
    return other.isAfter(one) ? other : one;
  }

  @Override
  public String toString() {
    return (rank == 0 ? "" : rank + ":") + Hlc.toString(hlc) + "@" + node + "/" + boot;
  }
}
