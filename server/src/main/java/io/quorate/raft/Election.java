package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The votes of one campaign, or of the question before it. Counts voters only, each once. */
final class Election {
  private final Membership membership;
  private final RaftRules rules;
  private final SortedMap<NodeId, Boolean> votes = new TreeMap<>();

  Election(Membership membership, RaftRules rules) {
    this.membership = membership;
    this.rules = rules;
  }

  void record(NodeId voter, boolean granted) {
    if (membership.isVoter(voter)) {
      votes.putIfAbsent(voter, granted);
    }
  }

  boolean isWon() {
    return rules.wins(count(true), membership.voters().size());
  }

  /** Even if all silent voters said yes. */
  boolean isLost() {
    return membership.voters().size() - count(false) < membership.majority();
  }

  /** Those that voted for it. */
  SortedSet<NodeId> granted() {
    SortedSet<NodeId> granted = new TreeSet<>(votes.keySet());
    granted.removeIf(voter -> !Boolean.TRUE.equals(votes.get(voter)));
    return granted;
  }

  private int count(boolean granted) {
    int count = 0;
    for (boolean vote : votes.values()) {
      count += vote == granted ? 1 : 0;
    }
    return count;
  }
}
