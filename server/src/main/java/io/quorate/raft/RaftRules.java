package io.quorate.raft;

import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * The decisions that Raft's safety depends on, one method each, and those without which a group may
 * never decide again. Tests override one method with a classic bug and require that the simulation
 * fails.
 */
class RaftRules {
  /** A candidate is one of its own voters (3.4). */
  boolean candidateVotesForItself() {
    return true;
  }

  /** A majority elects: two of them always share a voter (3.4). */
  boolean wins(int granted, int voters) {
    return granted >= voters / 2 + 1;
  }

  /** What is left of a vote when a new term begins: nothing (3.4). */
  @Nullable NodeId voteInNewTerm(@Nullable NodeId votedFor) {
    return null;
  }

  /** One vote per term, and the same answer to the same candidate (3.4). */
  boolean free(@Nullable NodeId votedFor, NodeId candidate) {
    return votedFor == null || votedFor.equals(candidate);
  }

  /**
   * A vote must be durable before it is sent, also where its term was before it: a node that
   * forgets it in a crash gives another to the next candidate of the same term.
   */
  boolean mustSave(HardState now, HardState saved) {
    return !now.equals(saved);
  }

  /** A node that lacks a committed entry must not lead (3.6.1). */
  boolean upToDate(EntryId theirs, EntryId ours) {
    return theirs.compareTo(ours) >= 0;
  }

  /**
   * Whether a log may lead in a term. Once a group was recovered by its operator (see {@link
   * Recovery}), the voters of before are many enough to elect one of their own: they must not, as
   * long as the recovered log has not reached them, even if they have heard of its term.
   */
  boolean isOfGeneration(EntryId last, long term) {
    return Recovery.generationOf(last.term()) == Recovery.generationOf(term);
  }

  /** What this node has lost if it goes on with the log of that membership; null if nothing. */
  @Nullable Recovery lossOf(EntryId committed, Membership membership) {
    return membership.lossOf(committed);
  }

  /** Entries are only put after the one they follow in the leader's log (3.5). */
  boolean follows(RaftLog log, EntryId prev) {
    return log.holds(prev);
  }

  /**
   * Only entries of the leader's own term are committed by counting; older ones with them. Figure
   * 3.7 (figure 8 of the paper): an old one on a majority can still be overwritten.
   */
  boolean mayCommit(long entryTerm, long leaderTerm) {
    return entryTerm == leaderTerm;
  }

  /** A read is confirmed by a majority that still follows, asked after the read came (6.4). */
  boolean confirms(int answered, int voters) {
    return answered >= voters / 2 + 1;
  }

  /**
   * One membership change at a time, and none before an entry of the leader's own term is
   * committed: else it could mix its change with one of an older term that it has not seen, and
   * majorities need not meet any more (Ongaro's correction of 2015 on raft-dev, "bug in
   * single-server membership changes").
   */
  boolean mayChangeMembership(boolean committedInTerm, boolean changePending) {
    return committedInTerm && !changePending;
  }

  /**
   * Without one of three voters the other two are needed, so it stays while one of them is away:
   * that one may never come back. etcd has the same rule (its flag strict-reconfig-check).
   *
   * @param answering of the voters that are left
   * @param majority of these
   */
  boolean mayTakeVoteAway(long answering, int majority) {
    return answering >= majority;
  }
}
