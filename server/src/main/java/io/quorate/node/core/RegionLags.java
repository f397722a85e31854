package io.quorate.node.core;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** How far other regions are behind what a node has written, or keeps for them. */
final class RegionLags {
  private RegionLags() {}

  /**
   * Returns, for each other region, for how long the node there that lags most has owed the answer
   * to a write, or been owed a hint, in ns.
   *
   * @param lagNanos of a node
   */
  static SortedMap<String, Long> of(
      NodeId self, Collection<Placements.Member> members, ToLongFunction<NodeId> lagNanos) {
    SortedMap<String, Long> lags = new TreeMap<>();
    String own = "";
    for (Placements.Member member : members) {
      if (member.id().equals(self)) {
        own = member.region();
      }
      lags.merge(member.region(), lagNanos.applyAsLong(member.id()), Math::max);
    }
    lags.remove(own);
    return lags;
  }
}
