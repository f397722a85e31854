package io.quorate.raft;

import io.quorate.event.Counter;
import io.quorate.event.Event;
import io.quorate.event.EventLog;
import io.quorate.event.Label;
import io.quorate.event.Tally;
import io.quorate.event.Unmetered;
import io.quorate.model.NodeId;

/** Something worth knowing that happened in the machine; for logs, metrics and tests. */
public sealed interface RaftEvent extends Event {
  Counter CAMPAIGNS = Counter.of("quorate.raft.campaigns", "Elections that this node stood for");

  Counter LEADERSHIPS = Counter.of("quorate.raft.leaderships", "Elections that this node won");

  Counter SNAPSHOTS_RECEIVED =
      Counter.of(
          "quorate.raft.snapshots.received",
          "Snapshots of the metadata that this node took from a leader");

  Counter REFUSED =
      Counter.of(
              "quorate.raft.refused", "Messages of the metadata group that no honest member sends")
          .by("reason", (Object[]) WhyNotBelieved.values());

  @Override
  default void tell(EventLog log) {
    log.debug("raft: {}", this);
  }

  /** This node asks for votes in {@code term}, or whether it could (pre-vote). */
  record Campaigned(long term, boolean preVote) implements RaftEvent {
    @Override
    public void count(Tally tally) {
      if (!preVote) {
        tally.add(CAMPAIGNS);
      }
    }
  }

  @Unmetered("the candidate counts its elections")
  record VoteGranted(NodeId candidate, long term, boolean preVote) implements RaftEvent {}

  /**
   * @param theirs where the candidate's log ends
   * @param ours where this node's log ends
   */
  @Unmetered("the candidate counts its elections")
  record VoteRefused(
      NodeId candidate, long term, boolean preVote, WhyRefused why, EntryId theirs, EntryId ours)
      implements RaftEvent {}

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

  record BecameLeader(long term) implements RaftEvent {
    @Override
    public void count(Tally tally) {
      tally.add(LEADERSHIPS);
    }
  }

  /** A leader leads no more. */
  @Unmetered("quorate_raft_leading shows who leads")
  record SteppedDown(long term, WhySteppedDown why) implements RaftEvent {}

  /** Why a leader stepped down. */
  enum WhySteppedDown {
    NEWER_TERM,
    /** No majority was heard for an election timeout (6.2). */
    NO_QUORUM,
    /** The membership without it as a voter is committed (4.2.2). */
    REMOVED
  }

  /** A follower's log does not have the entry that the leader named; the leader will go back. */
  @Unmetered("a follower that was away meets it in the normal course of things")
  record LogGapFound(EntryId prev, EntryId hint) implements RaftEvent {}

  /** Entries from {@code from} on were replaced by the leader's. */
  @Unmetered("a change of leaders may do it in the normal course of things")
  record LogTruncated(long from, EntryId wasLast) implements RaftEvent {}

  /** The latest membership in the log is now this one, not yet committed perhaps. */
  @Unmetered("the state of the cluster says it")
  record MembershipInForce(long index, Membership membership) implements RaftEvent {}

  @Unmetered("its receiver counts it")
  record SnapshotSendStarted(NodeId to, EntryId last, long bytes) implements RaftEvent {}

  record SnapshotRestored(EntryId last) implements RaftEvent {
    @Override
    public void count(Tally tally) {
      tally.add(SNAPSHOTS_RECEIVED);
    }
  }

  /** A leader's snapshot is not what the caller can go on with; nothing of it was taken over. */
  @Unmetered("quorate_raft_stuck says it")
  record SnapshotRefused(NodeId from, EntryId last, String why) implements RaftEvent {}

  /**
   * A leader's entry is not what the caller can read; neither it nor what follows was taken over.
   */
  @Unmetered("quorate_raft_stuck says it")
  record EntryRefused(NodeId from, EntryId id, String why) implements RaftEvent {}

  /**
   * The group went on from a log that lacks what is committed here up to {@code committed}. This
   * node does not follow, and never can.
   */
  @Unmetered("the node stops because of it")
  record LogAbandoned(Recovery recovery, EntryId committed) implements RaftEvent {}

  /**
   * A message was not believed, and had no effect: no honest member sends it. One that does has a
   * bug or damaged memory, or this node has.
   *
   * @param detail what is wrong with it, in one short line
   */
  record MessageRefused(NodeId from, WhyNotBelieved why, String detail) implements RaftEvent {
    @Override
    public void count(Tally tally) {
      tally.add(REFUSED, 1, why);
    }

    /** One line a reason, since a member that goes wrong sends many. */
    @Override
    public void tell(EventLog log) {
      RaftEvent.super.tell(log);
      if (!log.isDue("raft refused " + why)) {
        return;
      }
      if (why == WhyNotBelieved.CONTRADICTS_COMMITTED) {
        log.error(
            "node {} and this one disagree on what the metadata group decided: {}. The message was"
                + " refused, and this node keeps what it has. If no leader is known here from now"
                + " on, compare 'quorate metadata inspect' of the stopped nodes, and readmit the"
                + " one whose log the others do not share",
            from,
            detail);
      } else if (why == WhyNotBelieved.COMMIT_BEYOND_LOG) {
        log.error(
            "the log of the metadata group lacks entries here that this node confirmed to node {}:"
                + " {}. If no leader is known here from now on, this data directory is an old copy,"
                + " or its disk or machine was set back. Stop this node, and start it with the"
                + " newest directory that it had. If there is none, run 'quorate cluster readmit'"
                + " for it, and start it with an empty directory: it is filled from the others. If"
                + " the directory is the newest, the software or memory of node {} is at fault:"
                + " restart that node",
            from,
            detail,
            from);
      } else {
        log.warn(
            "refused a message of node {} to the metadata group ({}): {}. Its software or memory is"
                + " at fault if this goes on: restart it",
            from,
            Label.text(why).replace('_', ' '),
            detail);
      }
    }
  }

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

  @Unmetered("the election that it asks for is counted")
  record TransferStarted(NodeId target) implements RaftEvent {}

  /** The target did not take over within an election timeout, or cannot any more. */
  @Unmetered("no election comes of it")
  record TransferAborted(NodeId target) implements RaftEvent {}
}
