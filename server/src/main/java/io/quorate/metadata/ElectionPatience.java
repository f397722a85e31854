package io.quorate.metadata;

import io.quorate.cluster.Member;
import io.quorate.model.NodeId;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a node waits for the leader of the metadata group, or of that which keeps locks, at
 * least: {@link #FACTOR} times the median round trip to the other voters, see
 * docs/design/regions.md#r7. Round trips within this node's region count as nothing: there the
 * configured time alone holds, also while nodes are slow.
 */
final class ElectionPatience {
  /**
   * A campaign takes two round trips, the first entry of a new leader one, and a message that the
   * network lost comes two or three round trips late.
   */
  private static final int FACTOR = 10;

  /** A network that is this slow is broken, and waiting for it delays the next leader. */
  private static final long MOST_MILLIS = 10_000;

  private final NodeId self;
  private final long tickNanos;

  ElectionPatience(NodeId self, long tickNanos) {
    this.self = self;
    this.tickNanos = tickNanos;
  }

  /**
   * Returns the shortest election time in ticks; 0 if nothing speaks for more than is configured.
   */
  int ticks(Collection<NodeId> voters, Map<NodeId, Member> members, RoundTrips roundTrips) {
    Member own = members.get(self);
    if (own == null) {
      return 0;
    }
    long[] millis =
        voters.stream()
            .filter(voter -> !voter.equals(self))
            .mapToLong(voter -> millisTo(voter, own, members.get(voter), roundTrips))
            .filter(known -> known != RoundTrips.UNKNOWN)
            .sorted()
            .toArray();
    // Of an even number the upper one: with it, a majority is always within the median.
    long median = millis.length == 0 ? 0 : millis[millis.length / 2];
    long nanos = TimeUnit.MILLISECONDS.toNanos(Math.min(MOST_MILLIS, FACTOR * median));
    return (int) Math.min(Integer.MAX_VALUE / 2, (nanos + tickNanos - 1) / tickNanos);
  }

  private static long millisTo(
      NodeId voter, Member own, @Nullable Member there, RoundTrips roundTrips) {
    return there != null && there.region().equals(own.region()) ? 0 : roundTrips.millisTo(voter);
  }
}
