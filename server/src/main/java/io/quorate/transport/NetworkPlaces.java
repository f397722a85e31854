package io.quorate.transport;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Places for those that come from networks which nothing is known of. When all places are taken,
 * the oldest holder of the network that has most of them gives way, so that a network that only
 * holds places keeps no other one out. Owned by the lane.
 */
public final class NetworkPlaces<T> {
  private final int max;
  private final Map<Network, SequencedSet<T>> byNetwork = new HashMap<>();
  private int taken;

  public NetworkPlaces(int max) {
    this.max = max;
  }

  /** Gives a place; returns the one that has lost its own for it, or null. */
  public @Nullable T take(Network network, T holder) {
    T loser = taken >= max ? oldestOfMost() : null;
    byNetwork.computeIfAbsent(network, none -> new LinkedHashSet<>()).add(holder);
    taken++;
    return loser;
  }

  /** Takes the place of a holder back; of no effect if it has none. */
  public void leave(Network network, T holder) {
    SequencedSet<T> of = byNetwork.get(network);
    if (of != null && of.remove(holder)) {
      taken--;
      if (of.isEmpty()) {
        byNetwork.remove(network);
      }
    }
  }

  private T oldestOfMost() {
    Map.Entry<Network, SequencedSet<T>> most = null;
    for (Map.Entry<Network, SequencedSet<T>> each : byNetwork.entrySet()) {
      if (most == null || each.getValue().size() > most.getValue().size()) {
        most = each;
      }
    }
    if (most == null) {
      throw new IllegalStateException("no place is taken, and there are " + max);
    }
    T oldest = most.getValue().getFirst();
    leave(most.getKey(), oldest);
    return oldest;
  }
}
