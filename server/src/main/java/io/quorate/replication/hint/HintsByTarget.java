package io.quorate.replication.hint;

import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What is owed, by the node that it is owed to; and which of those nodes there still are. */
final class HintsByTarget {
  private final int windowMax;
  private final Clock clock;

  /** By target, ordered so that a simulation repeats. */
  private final NavigableMap<NodeId, TargetHints> byTarget = new TreeMap<>();

  /** The members of the cluster; null before they are known. */
  private @Nullable Set<NodeId> members;

  HintsByTarget(int windowMax, Clock clock) {
    this.windowMax = windowMax;
    this.clock = clock;
  }

  /** What is owed to a node; from now on there is such a debt, if only of nothing. */
  TargetHints of(NodeId target) {
    return byTarget.computeIfAbsent(target, one -> new TargetHints(one, windowMax, clock.nanos()));
  }

  /** Returns what a node is owed; null if it was never owed anything. */
  @Nullable TargetHints find(NodeId target) {
    return byTarget.get(target);
  }

  Collection<TargetHints> all() {
    return byTarget.values();
  }

  /** Forgets nodes that left the cluster and are owed nothing. */
  void forgetThoseThatLeft() {
    byTarget.values().removeIf(one -> hasLeft(one.target) && one.isSettled());
  }

  void setMembers(Set<NodeId> now) {
    members = Set.copyOf(now);
  }

  /** Whether a node is no member any more, as far as is known. */
  boolean hasLeft(NodeId node) {
    return members != null && !members.contains(node);
  }
}
