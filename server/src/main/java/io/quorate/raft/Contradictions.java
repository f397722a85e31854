package io.quorate.raft;

import static io.quorate.raft.RaftEvent.WhyNotBelieved.COMMIT_BEYOND_LOG;
import static io.quorate.raft.RaftEvent.WhyNotBelieved.CONTRADICTS_COMMITTED;
import static io.quorate.raft.RaftEvent.WhyNotBelieved.IMPOSSIBLE;

import io.quorate.raft.RaftEvent.WhyNotBelieved;
import org.jspecify.annotations.Nullable;

/**
 * What a leader may not say to this node, because the node knows better. Leaders of this term or a
 * later one have all that is committed here (3.6.3), and what a follower acknowledged to one it
 * has. So what is found here cannot come from an honest leader, however late it is, unless this
 * node itself has lost or damaged its log.
 *
 * <p>Such a message is refused and told, and nothing else happens: one message cannot say which of
 * the two is wrong. A node that its real leader keeps contradicting follows no leader from then on.
 * It keeps what it has committed, hears no leader, and so is out of service for all that needs one,
 * visibly; the data plane goes on.
 */
final class Contradictions {
  private final RaftLog log;

  Contradictions(RaftLog log) {
    this.log = log;
  }

  /** What speaks against a message of this node's generation, and of its term or a later one. */
  @Nullable Doubt in(RaftMessage message) {
    return switch (message) {
      case RaftMessage.Append append -> inAppend(append);
      case RaftMessage.Heartbeat heartbeat ->
          heartbeat.commit() > log.lastIndex()
              ? Doubt.of(
                  COMMIT_BEYOND_LOG,
                  "it says that this node holds what is committed up to index %d, and the log"
                      + " here ends at %s (term/index)",
                  heartbeat.commit(),
                  log.last())
              : null;
      case RaftMessage.SnapshotChunk chunk ->
          ofCommitted("its snapshot ends at", chunk.last(), chunk.term());
      default -> null;
    };
  }

  private @Nullable Doubt inAppend(RaftMessage.Append append) {
    Doubt doubt = ofCommitted("its log has", append.prev(), append.term());
    boolean follows = log.holds(append.prev());
    Membership membership =
        follows && append.prev().index() >= log.base().index()
            ? log.membershipAt(append.prev().index())
            : null;
    for (Entry entry : append.entries()) {
      if (doubt == null) {
        doubt = ofCommitted("its log has", entry.id(), append.term());
      }
      if (doubt == null && follows) {
        doubt = ofContent(entry);
      }
      if (doubt != null) {
        return doubt;
      }
      if (entry.type() == EntryType.MEMBERSHIP) {
        Membership next = Membership.decode(entry.payload());
        if (membership != null && !follows(membership, next)) {
          return Doubt.of(
              IMPOSSIBLE,
              "the membership of entry %s (term/index) is more than one change away from that"
                  + " before it",
              entry.id());
        }
        membership = next;
      }
    }
    return doubt;
  }

  /** A node that came to a group knows no membership until it is told. */
  private static boolean follows(Membership before, Membership next) {
    return before.equals(Membership.NONE) || next.isOneChangeFrom(before);
  }

  /**
   * Logs agree on what is committed, within one generation: what a recovery has lost is judged by
   * {@link Membership#lossOf}.
   */
  private @Nullable Doubt ofCommitted(String what, EntryId theirs, long term) {
    return Recovery.generationOf(log.last().term()) == Recovery.generationOf(term)
        ? ofCommitted(what, theirs)
        : null;
  }

  /** Logs agree on what is committed; before it terms are not later, and after it not earlier. */
  private @Nullable Doubt ofCommitted(String what, EntryId theirs) {
    EntryId committed = log.committed();
    boolean agrees =
        theirs.index() >= committed.index()
            ? theirs.index() > committed.index()
                ? theirs.term() >= committed.term()
                : theirs.term() == committed.term()
            : theirs.term() <= committed.term()
                && (log.termAt(theirs.index()) == RaftLog.NOT_HELD || log.holds(theirs));
    return agrees
        ? null
        : Doubt.of(
            CONTRADICTS_COMMITTED,
            "%s entry %s (term/index), and %s is committed here",
            what,
            theirs,
            theirs.index() < committed.index() && log.termAt(theirs.index()) != RaftLog.NOT_HELD
                ? new EntryId(theirs.index(), log.termAt(theirs.index()))
                : committed);
  }

  /** An entry's id decides its content (3.5). */
  private @Nullable Doubt ofContent(Entry theirs) {
    if (theirs.index() <= log.base().index() || !log.holds(theirs.id())) {
      return null;
    }
    WhyNotBelieved why = theirs.index() <= log.commit() ? CONTRADICTS_COMMITTED : IMPOSSIBLE;
    return log.entry(theirs.index()).equals(theirs)
        ? null
        : Doubt.of(
            why, "entry %s (term/index) has another content than the same here", theirs.id());
  }
}
