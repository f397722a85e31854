package io.quorate.raft;

import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyRefused;
import org.jspecify.annotations.Nullable;

/** Judges which candidate may have this node's vote, and answers those that ask for it. */
final class Voter {
  private final NodeId self;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox;

  /** What is known of a leader of this node's term. */
  enum Heard {
    NO_LEADER,
    /** There is one, silent for as long as an election takes at least. */
    LEADER_LONG_AGO,
    LEADER_LATELY
  }

  Voter(NodeId self, RaftRules rules, RaftLog log, Outbox outbox) {
    this.self = self;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
  }

  void onPreVote(RaftMessage.PreVote ask, long term, @Nullable NodeId votedFor, Heard heard) {
    long asked = ask.term() + 1;
    boolean later = asked > term;
    boolean free = asked == term && heard == Heard.NO_LEADER && rules.free(votedFor, ask.from());
    WhyRefused refused =
        heard == Heard.LEADER_LATELY
            ? WhyRefused.LEADER_HEARD
            : !later && !free
                ? asked < term ? WhyRefused.OLD_TERM : WhyRefused.VOTED_FOR_ANOTHER
                : whyOfLog(ask.last(), asked);
    if (refused == null) {
      outbox.tell(new RaftEvent.VoteGranted(ask.from(), asked, true));
    } else {
      refuse(ask.from(), asked, true, refused, ask.last());
    }
    outbox.send(new RaftMessage.PreVoteReply(self, ask.from(), term, asked, refused == null));
  }

  /**
   * Any node may vote, whatever it knows of the membership: one that was just made a voter may not
   * have the entry that says so, and its vote may be the one that is needed (4.2.2).
   */
  boolean grants(RaftMessage.RequestVote ask, @Nullable NodeId votedFor) {
    WhyRefused refused =
        rules.free(votedFor, ask.from())
            ? whyOfLog(ask.last(), ask.term())
            : WhyRefused.VOTED_FOR_ANOTHER;
    boolean granted = refused == null;
    if (refused == null) {
      outbox.tell(new RaftEvent.VoteGranted(ask.from(), ask.term(), false));
    } else {
      refuse(ask.from(), ask.term(), false, refused, ask.last());
    }
    outbox.send(new RaftMessage.VoteReply(self, ask.from(), ask.term(), granted));
    return granted;
  }

  /** Why a log that ends at {@code theirs} may not lead; null if it may. */
  private @Nullable WhyRefused whyOfLog(EntryId theirs, long asked) {
    // Nor does a node vote in a generation that its own log is not of: see the term of Ballot.
    if (!rules.isOfGeneration(theirs, asked) || !rules.isOfGeneration(log.last(), asked)) {
      return WhyRefused.OLD_GENERATION;
    }
    return rules.upToDate(theirs, log.last()) ? null : WhyRefused.LOG_BEHIND;
  }

  void refuse(NodeId candidate, long asked, boolean preVote, WhyRefused why, EntryId theirs) {
    outbox.tell(new RaftEvent.VoteRefused(candidate, asked, preVote, why, theirs, log.last()));
  }
}
