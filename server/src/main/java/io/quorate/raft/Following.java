package io.quorate.raft;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftEvent.WhyNotBelieved;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The log as a follower keeps it: takes in what the leader of this node's term sends, and answers.
 * That it comes from that leader has been seen to.
 */
final class Following {
  private final NodeId self;
  private final RaftRules rules;
  private final RaftLog log;
  private final Outbox outbox;
  private final SnapshotInbox inbox = new SnapshotInbox();
  private final Reader reader;

  /**
   * The snapshot or entry that was refused last: chunks, which come again, are not collected, and
   * an entry is not told again.
   */
  private EntryId refused = EntryId.ZERO;

  /** The term of the leader that sent it. */
  private long refusedTerm;

  Following(NodeId self, RaftRules rules, RaftLog log, Outbox outbox, Reader reader) {
    this.reader = reader;
    this.self = self;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
  }

  void onAppend(RaftMessage.Append append) {
    EntryId prev = append.prev();
    boolean sameGeneration = isOfGeneration(append);
    if (sameGeneration && prev.index() < log.commit()) {
      accept(append, log.commit()); // old, or already replaced by a snapshot
      return;
    }
    if (!sameGeneration || !rules.follows(log, prev)) {
      // The whole term that does not fit is skipped in one step back (3.5, last paragraph).
      long index = log.lastOfTermAtMost(prev.index(), prev.term());
      EntryId hint = new EntryId(index, Math.max(0, log.termAt(index)));
      outbox.tell(new RaftEvent.LogGapFound(prev, hint));
      outbox.send(
          new RaftMessage.AppendRefused(self, append.from(), append.term(), prev.index(), hint));
      return;
    }
    List<Entry> readable = readable(append);
    if (readable.isEmpty() && !append.entries().isEmpty()) {
      return; // without an answer, so that the leader does not send it again at once
    }
    EntryId wasLast = log.last();
    long membershipWasAt = log.membershipIndex();
    long truncated = log.overwrite(readable);
    if (truncated > 0) {
      outbox.tell(new RaftEvent.LogTruncated(truncated, wasLast));
    }
    if (log.membershipIndex() != membershipWasAt) {
      outbox.tell(new RaftEvent.MembershipInForce(log.membershipIndex(), log.membership()));
    }
    long match = prev.index() + readable.size();
    log.commitTo(Math.min(append.commit(), match));
    accept(append, match);
  }

  /** The entries before the first that cannot be read. */
  private List<Entry> readable(RaftMessage.Append append) {
    List<Entry> entries = append.entries();
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      String refusal =
          entry.type() != EntryType.NORMAL || log.holds(entry.id())
              ? null
              : reader.refusalOf(entry);
      if (refusal != null) {
        if (!entry.id().equals(refused) || append.term() != refusedTerm) {
          refused = entry.id();
          refusedTerm = append.term();
          outbox.tell(new RaftEvent.EntryRefused(append.from(), entry.id(), refusal));
        }
        return entries.subList(0, i);
      }
    }
    return entries;
  }

  void onHeartbeat(RaftMessage.Heartbeat heartbeat) {
    // What a recovered group has committed says nothing of the log of the group before. That the
    // index is not beyond this log was checked when the message came, see Contradictions.
    if (isOfGeneration(heartbeat)) {
      log.commitTo(heartbeat.commit());
    }
    outbox.send(
        new RaftMessage.HeartbeatReply(
            self, heartbeat.from(), heartbeat.term(), heartbeat.round()));
  }

  /**
   * Takes a piece of a snapshot, and all of it with the last one.
   *
   * @return what speaks against the snapshot, which is then forgotten; null if nothing does
   */
  @Nullable Doubt onSnapshotChunk(RaftMessage.SnapshotChunk chunk) {
    if (isOfGeneration(chunk) && chunk.last().index() <= log.commit()) {
      accept(chunk, log.commit());
      return null;
    }
    if (isOfGeneration(chunk) && log.holds(chunk.last())) {
      log.commitTo(chunk.last().index()); // nothing in it that is not here already
      accept(chunk, chunk.last().index());
      return null;
    }
    if (chunk.last().equals(refused) && chunk.term() == refusedTerm) {
      return null; // without an answer, so that the leader does not send all of it again
    }
    byte[] body = inbox.add(chunk);
    if (body == null) {
      outbox.send(
          new RaftMessage.SnapshotReply(
              self, chunk.from(), chunk.term(), chunk.last(), inbox.received(chunk.last())));
      return null;
    }
    Snapshot snapshot;
    try {
      snapshot = Snapshot.ofBody(chunk.last().index(), chunk.last().term(), body);
    } catch (MalformedBytesException unreadable) {
      return new Doubt(WhyNotBelieved.UNREADABLE_SNAPSHOT, String.valueOf(unreadable.getMessage()));
    }
    Doubt doubt = ofMembership(snapshot);
    if (doubt != null) {
      return doubt;
    }
    Recovery lossy = rules.lossOf(log.committed(), snapshot.membership());
    if (lossy != null && !reader.takesLosses()) {
      // A recovered log begins further on than any log ended, so it always comes as a snapshot.
      outbox.tell(new RaftEvent.LogAbandoned(lossy, log.committed()));
      return null;
    }
    if (snapshot.index() <= log.commit()) {
      return Doubt.of(
          WhyNotBelieved.CONTRADICTS_COMMITTED,
          "its snapshot ends at %s (term/index), before %s, which is committed here",
          snapshot.last(),
          log.committed());
    }
    String refusal = reader.refusalOf(snapshot);
    if (refusal != null) {
      refused = snapshot.last();
      refusedTerm = chunk.term();
      outbox.tell(new RaftEvent.SnapshotRefused(chunk.from(), snapshot.last(), refusal));
      return null;
    }
    log.restore(snapshot);
    outbox.tell(new RaftEvent.SnapshotRestored(snapshot.last()));
    outbox.tell(new RaftEvent.MembershipInForce(snapshot.index(), snapshot.membership()));
    accept(chunk, snapshot.index());
    return null;
  }

  private @Nullable Doubt ofMembership(Snapshot snapshot) {
    Membership membership = snapshot.membership();
    long known = Recovery.generationOf(log.last().term());
    long generation = Recovery.generationOf(snapshot.last().term());
    return membership.voters().isEmpty()
            || !Recovery.lead(membership.recoveries(), known, generation)
        ? Doubt.of(
            WhyNotBelieved.IMPOSSIBLE,
            "the membership of its snapshot at %s (term/index) has %d voters and is of recovery %x",
            snapshot.last(),
            membership.voters().size(),
            membership.generation())
        : null;
  }

  /**
   * Whether this log is of the generation that the leader speaks of. One that is not can only be
   * replaced by the recovered one; its indices say nothing there.
   */
  private boolean isOfGeneration(RaftMessage fromLeader) {
    return rules.isOfGeneration(log.last(), fromLeader.term());
  }

  /** Everything up to {@code match} is as the leader has it. */
  private void accept(RaftMessage heard, long match) {
    outbox.send(new RaftMessage.AppendAccepted(self, heard.from(), heard.term(), match));
  }
}
