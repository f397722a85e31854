package io.quorate.metadata;

import io.quorate.metadata.CommandOutcome.Accepted;
import io.quorate.metadata.CommandOutcome.Decided;
import io.quorate.metadata.CommandOutcome.Rejected;
import io.quorate.model.NodeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about the newest commands, oldest first: part of the replicated state, equal on
 * every node at equal index. Of the node of which most are kept, the oldest goes first. A retry
 * that comes when its decision is gone is folded in again, which is harmless where a command says
 * what is to be.
 */
final class RecentCommands {
  static final int KEPT = 256;

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
          case Accepted accepted -> new Accepted(Sentences.bounded(accepted.warnings()));
          case Rejected rejected -> new Rejected(Sentences.bounded(rejected.reason()));
        };
    keep(id, kept);
    return kept;
  }

  /** Takes up what was kept before, in the order in which it was decided. */
  void keep(CommandId id, Decided kept) {
    decisions.put(id, kept);
    if (decisions.size() > KEPT) {
      decisions.remove(oldestOfTheBusiest());
    }
  }

  /** So that a node that proposes without end has only its own decisions forgotten. */
  private CommandId oldestOfTheBusiest() {
    Map<NodeId, Integer> counts = new TreeMap<>();
    decisions.keySet().forEach(id -> counts.merge(id.origin(), 1, Integer::sum));
    NodeId busiest = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    return decisions.keySet().stream()
        .filter(id -> id.origin().equals(busiest))
        .findFirst()
        .orElseThrow();
  }
}
