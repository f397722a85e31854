package io.quorate.node.core;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with all partitions, which may be many; looked at again when the cluster or the
 * set of live nodes has changed.
 */
final class LiveWatch<T> {
  private final BiFunction<Placements, Predicate<NodeId>, T> look;
  private @Nullable T found;
  private long stateVersion;
  private Set<NodeId> live = Set.of();

  /**
   * @param look given which nodes are live
   */
  LiveWatch(BiFunction<Placements, Predicate<NodeId>, T> look) {
    this.look = look;
  }

  /** Returns what a look at this cluster finds. */
  T find(Placements placements, Predicate<NodeId> isLive) {
    Set<NodeId> now = new TreeSet<>();
    for (NodeId node : placements.nodes().keySet()) {
      if (isLive.test(node)) {
        now.add(node);
      }
    }
    T known = found;
    if (known != null && placements.stateVersion() == stateVersion && now.equals(live)) {
      return known;
    }
    T fresh = look.apply(placements, now::contains);
    found = fresh;
    stateVersion = placements.stateVersion();
    live = now;
    return fresh;
  }
}
