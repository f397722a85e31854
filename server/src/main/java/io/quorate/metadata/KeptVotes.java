package io.quorate.metadata;

import io.quorate.model.NodeId;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Tells why nodes that are to leave still vote, once a reason has lasted: most votes end within the
 * few ticks that it takes to decide that.
 */
final class KeptVotes {
  private static final long LASTING_NANOS = 5_000_000_000L;

  private record Kept(VoteKept.Why why, long sinceNanos, boolean told) {}

  private final Consumer<? super VoteKept> events;
  private final Map<NodeId, Kept> kept = new TreeMap<>();

  KeptVotes(Consumer<? super VoteKept> events) {
    this.events = events;
  }

  /** Takes in all votes that are kept now. */
  void look(SortedMap<NodeId, VoteKept> now, long nowNanos) {
    kept.keySet().retainAll(now.keySet());
    now.forEach(
        (node, vote) -> {
          Kept before = kept.get(node);
          if (before == null || before.why() != vote.why()) {
            kept.put(node, new Kept(vote.why(), nowNanos, false));
          } else if (!before.told() && nowNanos - before.sinceNanos() >= LASTING_NANOS) {
            kept.put(node, new Kept(vote.why(), before.sinceNanos(), true));
            events.accept(vote);
          }
        });
  }

  /** Of the votes of a term in which this node does not lead, the leader tells. */
  void forget() {
    kept.clear();
  }
}
