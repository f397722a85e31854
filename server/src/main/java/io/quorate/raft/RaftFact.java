package io.quorate.raft;

import io.quorate.model.NodeId;

/** Something worth knowing that happened in the machine; for logs, metrics and tests. */
public sealed interface RaftFact {

  /** This node asks for votes in {@code term}, or whether it could (pre-vote). */
  record Campaigned(long term, boolean preVote) implements RaftFact {}

  record VoteGranted(NodeId candidate, long term, boolean preVote) implements RaftFact {}

  /**
   * @param theirs where the candidate's log ends
   * @param ours where this node's log ends
   */
  record VoteRefused(
      NodeId candidate, long term, boolean preVote, WhyRefused why, EntryId theirs, EntryId ours)
      implements RaftFact {}

  /** Why a vote was refused. */
  enum WhyRefused {
    /** The term asked about is over. */
    OLD_TERM,
    /** A leader was heard less than an election timeout ago (4.2.3). */
    LEADER_HEARD,
    /** Another has the vote of this term. */
    VOTED_FOR_ANOTHER,
    /** The candidate's log may lack committed entries (3.6.1). */
    LOG_BEHIND,
    /** The group was recovered, and what the candidate has is its log of before. */
    OLD_GENERATION
  }

  record BecameLeader(long term) implements RaftFact {}

  /** A leader leads no more. */
  record SteppedDown(long term, WhySteppedDown why) implements RaftFact {}

  /** Why a leader stepped down. */
  enum WhySteppedDown {
    NEWER_TERM,
    /** No majority was heard for an election timeout (6.2). */
    NO_QUORUM,
    /** The membership without it as a voter is committed (4.2.2). */
    REMOVED
  }

  /** A follower's log does not have the entry that the leader named; the leader will go back. */
  record LogGapFound(EntryId prev, EntryId hint) implements RaftFact {}

  /** Entries from {@code from} on were replaced by the leader's. */
  record LogTruncated(long from, EntryId wasLast) implements RaftFact {}

  /** The latest membership in the log is now this one, not yet committed perhaps. */
  record MembershipInForce(long index, Membership membership) implements RaftFact {}

  record SnapshotSendStarted(NodeId to, EntryId last, long bytes) implements RaftFact {}

  record SnapshotRestored(EntryId last) implements RaftFact {}

  /** A leader's snapshot is not what the caller can go on with; nothing of it was taken over. */
  record SnapshotRefused(NodeId from, EntryId last, String why) implements RaftFact {}

  /**
   * A leader's entry is not what the caller can read; neither it nor what follows was taken over.
   */
  record EntryRefused(NodeId from, EntryId id, String why) implements RaftFact {}

  /**
   * The group went on from a log that lacks what is committed here up to {@code committed}. This
   * node does not follow, and never can.
   */
  record LogAbandoned(Recovery recovery, EntryId committed) implements RaftFact {}

  /**
   * A message was not believed, and had no effect: no honest member sends it. One that does has a
   * bug or damaged memory, or this node has.
   *
   * @param detail what is wrong with it, in one short line
   */
  record MessageRefused(NodeId from, WhyNotBelieved why, String detail) implements RaftFact {}

  /** Why a message was not believed. */
  enum WhyNotBelieved {
    /** A number in it is of a size, or in an order, that no group can have come to. */
    IMPOSSIBLE,
    /** Its term is further ahead than elections can have brought the group (see Raft). */
    TERM_FAR_AHEAD,
    /** Its term is of a recovery that nothing proves to this node. */
    OTHER_GENERATION,
    /** Another node leads its term. */
    SECOND_LEADER,
    /** It says that more is committed than this node was ever given. */
    COMMIT_BEYOND_LOG,
    /** What is committed here is another entry: two nodes disagree on what was decided. */
    CONTRADICTS_COMMITTED,
    /** It answers what was not asked, or the sender has no say in it. */
    NOT_ASKED,
    /** Its snapshot cannot be read. */
    UNREADABLE_SNAPSHOT
  }

  record TransferStarted(NodeId target) implements RaftFact {}

  /** The target did not take over within an election timeout, or cannot any more. */
  record TransferAborted(NodeId target) implements RaftFact {}
}
