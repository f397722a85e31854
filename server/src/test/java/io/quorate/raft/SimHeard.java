package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.HashMap;
import java.util.Map;

/**
 * Which nodes each leader has heard lately, by its own ticks: counted beside the machines, from the
 * messages that reach them. A vote is as old as the leadership that it made.
 */
final class SimHeard {
  private record Word(long term, long tick) {}

  private record Pair(NodeId by, NodeId from) {}

  private final Map<NodeId, Long> ticks = new HashMap<>();
  private final Map<NodeId, Long> electedIn = new HashMap<>();
  private final Map<NodeId, Long> electedAt = new HashMap<>();
  private final Map<Pair, Word> last = new HashMap<>();

  void ticked(NodeId node) {
    ticks.merge(node, 1L, Long::sum);
  }

  /** What it heard before it crashed it does not know any more, nor that it led. */
  void started(NodeId node) {
    last.keySet().removeIf(pair -> pair.by().equals(node));
    electedIn.remove(node);
  }

  void arrived(RaftMessage message) {
    last.put(
        new Pair(message.to(), message.from()),
        new Word(message.term(), ticks.getOrDefault(message.to(), 0L)));
  }

  /** To be called after everything that a machine was given. */
  void afterStep(Raft raft) {
    if (raft.role() == Role.LEADER && electedIn.getOrDefault(raft.self(), 0L) != raft.term()) {
      electedIn.put(raft.self(), raft.term());
      electedAt.put(raft.self(), ticks.getOrDefault(raft.self(), 0L));
    }
  }

  /** Whether a leader, counted itself, has heard a majority of these voters in these last ticks. */
  boolean isMajorityThere(Raft leader, Membership voting, int answerTicks) {
    long there =
        voting.voters().stream()
            .filter(voter -> voter.equals(leader.self()) || isThere(leader, voter, answerTicks))
            .count();
    return there >= voting.majority();
  }

  private boolean isThere(Raft leader, NodeId voter, int answerTicks) {
    Word word = last.get(new Pair(leader.self(), voter));
    long elected = electedAt.getOrDefault(leader.self(), 0L);
    long now = ticks.getOrDefault(leader.self(), 0L);
    return word != null
        && word.term() == leader.term()
        && now - Math.max(word.tick(), elected) <= answerTicks;
  }
}
