package io.quorate.metadata;

import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the newest commands, oldest first: part of the replicated state, equal on
 * every node at equal index. A retry that comes when its decision is gone is folded in again, which
 * is harmless where a command says what is to be, and nothing else was said in between.
 */
final class RecentCommands {
  static final int KEPT = 256;

  /** Of one node: what is left is for all others, however much that node proposes. */
  private static final int KEPT_OF_ONE = KEPT / 2;

  private final Map<CommandId, Decided> decisions = new LinkedHashMap<>();

  @Nullable Decided decision(CommandId id) {
    return decisions.get(id);
  }

  Map<CommandId, Decided> all() {
    return Collections.unmodifiableMap(decisions);
  }

  /**
   * Keeps what was decided, as far as there is room for its words.
   *
   * @return what is kept, which is what the author of the command is told, now and after a retry
   */
  Decided add(CommandId id, Decided decision) {
    Decided kept =
        switch (decision) {
          case Accepted accepted ->
              new Accepted(Sentences.bounded(accepted.warnings()), accepted.changeId());
          case Rejected rejected ->
              new Rejected(rejected.kind(), Sentences.bounded(rejected.reason()));
        };
    keep(id, kept);
    return kept;
  }

  /** Takes up what was kept before, in the order in which it was decided. */
  void keep(CommandId id, Decided kept) {
    decisions.put(id, kept);
    if (decisions.size() > KEPT) {
      decisions.remove(leastNeeded());
    }
  }

  /**
   * The oldest, but of a node that has more than its part the oldest of its own. Room that a node
   * was given is not kept for it: once a cluster has had many nodes, there would be none left for
   * those that propose most, and whose commands are retried.
   */
  private CommandId leastNeeded() {
    Map<NodeId, Integer> counts = new HashMap<>(); // only looked up, never walked
    decisions.keySet().forEach(id -> counts.merge(id.origin(), 1, Integer::sum));
    return decisions.keySet().stream()
        .filter(id -> counts.getOrDefault(id.origin(), 0) > KEPT_OF_ONE)
        .findFirst()
        .orElseGet(() -> decisions.keySet().iterator().next());
  }
}
