package io.quorate.version;

import io.quorate.model.NodeId;

/**
 * The version of one write, totally ordered. Outside of this package records are compared through
 * their {@link RecordModel}, never by their versions alone.
 *
 * <p>{@code boot} is part of it because (clock, node) is not unique: a node that restarts with its
 * clock behind would stamp the same time twice for two values (docs/design/protocol.md#f10).
 *
 * @param token fencing token of the lock the write was made under, 0 without one
 * @param hlc hybrid logical clock of the stamp, see {@link Hlc}
 * @param node coordinator that stamped it
 * @param boot how often that coordinator had started, durable before it stamps
 */
public record Version(long token, long hlc, NodeId node, int boot) implements Comparable<Version> {

  public Version {
    if (token < 0 || boot < 0) {
      throw new IllegalArgumentException("version with token " + token + " and boot " + boot);
    }
  }

  @Override
  public int compareTo(Version that) {
    int byToken = Long.compare(token, that.token);
    if (byToken != 0) {
      return byToken;
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
    return (token == 0 ? "" : token + ":") + Hlc.toString(hlc) + "@" + node + "/" + boot;
  }
}
