package io.quorate.sim.election;

import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Watches several nodes that may believe to lead at one time, which is no harm as long as only one
 * of them is obeyed. It is a split brain when
 *
 * <ul>
 *   <li>(term) two nodes lead one term;
 *   <li>(obeyed) a decision is accepted that its leader began after one of a later reign had been
 *       accepted: two leaders are obeyed at one time;
 *   <li>(slot) two different decisions are accepted as the n-th.
 * </ul>
 *
 * <p>Not counted is what is no harm: a leader that has been replaced may still learn late that what
 * it began before was accepted.
 */
final class SplitBrainChecker {
  /** No term: the algorithm has none, and reigns are ordered by when they began. */
  static final long NO_TERM = 0;

  /** What one node begins under one reign. */
  record Begun(NodeId leader, long reign, long slot, long decision, long newestReignObeyed) {}

  private final List<String> findings = new ArrayList<>();
  private final Map<Long, NodeId> leaderOfTerm = new TreeMap<>();
  private final Map<Long, Begun> bySlot = new TreeMap<>();
  private long reigns;
  private long newestReignObeyed;
  private long accepted;

  /** A node believes from now on that it leads; returns the number of its reign. */
  long reignBegins(NodeId leader, long term) {
    if (term == NO_TERM) {
      return ++reigns;
    }
    NodeId other = leaderOfTerm.putIfAbsent(term, leader);
    if (other != null && !other.equals(leader)) {
      find("term", "%s and %s both lead term %d".formatted(leader, other, term));
    }
    return term;
  }

  /** A leader begins a decision. */
  Begun begins(NodeId leader, long reign, long slot, long decision) {
    return new Begun(leader, reign, slot, decision, newestReignObeyed);
  }

  /** What a leader began is accepted, and it is free to tell a client so. */
  void accepted(Begun it) {
    accepted++;
    if (it.newestReignObeyed > it.reign) {
      find(
          "obeyed",
          "%s of reign %d got %d accepted, begun when reign %d had been obeyed"
              .formatted(it.leader, it.reign, it.decision, it.newestReignObeyed));
    }
    Begun before = bySlot.putIfAbsent(it.slot, it);
    if (before != null && before.decision != it.decision) {
      find(
          "slot",
          "decision %d is %d by %s and %d by %s"
              .formatted(it.slot, before.decision, before.leader, it.decision, it.leader));
    }
    newestReignObeyed = Math.max(newestReignObeyed, it.reign);
  }

  private void find(String rule, String what) {
    findings.add("(" + rule + ") " + what);
  }

  /** What was found, each beginning with its rule in brackets. */
  List<String> findings() {
    return List.copyOf(findings);
  }

  boolean found(String rule) {
    return findings.stream().anyMatch(finding -> finding.startsWith("(" + rule + ")"));
  }

  /** How many decisions of all leaders were accepted. */
  long acceptedDecisions() {
    return accepted;
  }
}
