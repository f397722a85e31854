package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/** The term that this node is in, and its vote in that term. */
final class Ballot {
  private final RaftRules rules;

  /**
   * Latest term seen. Durable before any message that carries it.
   *
   * <p>It is of the generation of this node's log, or of a later one that this node was told of but
   * has no log of yet (see {@link Recovery}); it takes no part in elections there. It never falls,
   * but for one case: from a generation that the log is not of, to one that is proven. This node
   * has given no vote in either. A term that came about by an error can so be left behind.
   */
  private long term;

  /** The node that has this node's vote in {@link #term}. Durable before the vote is sent. */
  private @Nullable NodeId votedFor;

  /**
   * Begins with what is durable.
   *
   * @param last where the log ends
   */
  Ballot(HardState stored, EntryId last, RaftRules rules) {
    this.rules = rules;
    // A cluster just formed has a snapshot and no vote yet.
    boolean ofLog = last.term() > stored.term();
    term = ofLog ? last.term() : stored.term();
    votedFor = ofLog ? null : stored.votedFor();
  }

  long term() {
    return term;
  }

  @Nullable NodeId votedFor() {
    return votedFor;
  }

  HardState hardState() {
    return new HardState(term, votedFor);
  }

  /** Enters a term unless this node is in it, or in a later one, already. */
  void enter(long newTerm) {
    if (newTerm > term) {
      term = newTerm;
      votedFor = rules.voteInNewTerm(votedFor);
    }
  }

  /** Enters a term of a generation that is proven, from one that this node has not voted in. */
  void enterGeneration(long recovered) {
    term = recovered;
    votedFor = null;
  }

  /** Enters the next term with this node's vote for itself. */
  void enterNextAsCandidate(NodeId self) {
    term++;
    votedFor = self;
  }

  /** Gives the vote of this term. */
  void voteFor(NodeId candidate) {
    votedFor = candidate;
  }
}
