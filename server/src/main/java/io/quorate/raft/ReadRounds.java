package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads that a leader must confirm (6.4): those that arrive while one round of heartbeats is out
 * wait for the next and share it. A round is confirmed when a majority answered a heartbeat that
 * left after the reads had come, so no later leader had committed anything before.
 */
final class ReadRounds {
  /** A read, and the node that asked for it: the leader itself or a follower. */
  record Read(NodeId asker, long context) {}

  /** Reads of one round and the commit index that they must see. */
  record Round(long number, long index, List<Read> reads) {}

  private final int readsMax;
  private final RaftRules rules;
  private List<Read> gathering = new ArrayList<>();
  private final ArrayDeque<Round> waiting = new ArrayDeque<>();

  /** Number of the newest round, carried by every heartbeat; 0 before the first. */
  private long number;

  private int size;

  /** The newest round that each follower answered. */
  private final SortedMap<NodeId, Long> answered = new TreeMap<>();

  ReadRounds(int readsMax, RaftRules rules) {
    this.readsMax = readsMax;
    this.rules = rules;
  }

  long number() {
    return number;
  }

  boolean isFull() {
    return size >= readsMax;
  }

  void gather(Read read) {
    gathering.add(read);
    size++;
  }

  boolean hasGathered() {
    return !gathering.isEmpty();
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  /** Closes a round; heartbeats that leave from now on carry its number. */
  void begin(long commitIndex) {
    number++;
    waiting.add(new Round(number, commitIndex, gathering));
    gathering = new ArrayList<>();
  }

  void onReply(NodeId from, long round) {
    answered.merge(from, round, Math::max);
  }

  /** Rounds that a majority answered; the leader counts itself if it is a voter. */
  List<Round> takeConfirmed(NodeId self, Membership membership) {
    List<Round> confirmed = new ArrayList<>();
    while (!waiting.isEmpty() && isConfirmed(waiting.peekFirst().number(), self, membership)) {
      Round round = waiting.removeFirst();
      size -= round.reads().size();
      confirmed.add(round);
    }
    return confirmed;
  }

  private boolean isConfirmed(long round, NodeId self, Membership membership) {
    int count = 0;
    for (NodeId voter : membership.voters()) {
      count += voter.equals(self) || answered.getOrDefault(voter, 0L) >= round ? 1 : 0;
    }
    return rules.confirms(count, membership.voters().size());
  }

  /** All that is not confirmed, when leadership ends. */
  List<Read> drain() {
    List<Read> all = new ArrayList<>();
    waiting.forEach(round -> all.addAll(round.reads()));
    all.addAll(gathering);
    waiting.clear();
    gathering = new ArrayList<>();
    size = 0;
    return all;
  }
}
