package io.quorate.node.core;

import io.quorate.cluster.ClusterState;
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

  /**
   * Returns what a look at this cluster finds. It is asked several times a second, so placements
   * are made of the state only if there is something to look at.
   */
  T find(ClusterState state, Predicate<NodeId> isLive) {
    Set<NodeId> now = new TreeSet<>();
    for (NodeId node : state.members().keySet()) {
      if (isLive.test(node)) {
        now.add(node);
      }
    }
    T known = found;
    if (known != null && state.stateVersion() == stateVersion && now.equals(live)) {
      return known;
    }
    T fresh = look.apply(state.placements(), now::contains);
    found = fresh;
    stateVersion = state.stateVersion();
    live = now;
    return fresh;
  }
}
