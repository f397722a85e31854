package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The log as a follower keeps it: takes in what the leader of this node's term sends, and answers.
 * That it comes from that leader has been seen to.
 */
final class Following {
  private final NodeId self;
  private final RaftConfig config;
  private final Rules rules;
  private final RaftLog log;
  private final Outbox outbox;
  private final SnapshotInbox inbox = new SnapshotInbox();
  private final Function<Snapshot, @Nullable String> refusals;

  /** The snapshot that was refused last; its chunks, which come again, are not collected. */
  private EntryId refused = EntryId.ZERO;

  /** The term of the leader that sent it. */
  private long refusedTerm;

  Following(
      NodeId self,
      RaftConfig config,
      Rules rules,
      RaftLog log,
      Outbox outbox,
      Function<Snapshot, @Nullable String> refusals) {
    this.refusals = refusals;
    this.self = self;
    this.config = config;
    this.rules = rules;
    this.log = log;
    this.outbox = outbox;
  }

  void onAppend(RaftMessage.Append append) {
    EntryId prev = append.prev();
    if (prev.index() < log.commit()) {
      accept(append, log.commit()); // old, or already replaced by a snapshot
      return;
    }
    if (!rules.follows(log, prev)) {
      // The whole term that does not fit is skipped in one step back (3.5, last paragraph).
      long index = log.lastOfTermAtMost(prev.index(), prev.term());
      EntryId hint = new EntryId(index, Math.max(0, log.termAt(index)));
      outbox.tell(new RaftFact.LogGapFound(prev, hint));
      outbox.send(
          new RaftMessage.AppendRefused(self, append.from(), append.term(), prev.index(), hint));
      return;
    }
    EntryId wasLast = log.last();
    long membershipWasAt = log.membershipIndex();
    long truncated = log.overwrite(append.entries());
    if (truncated > 0) {
      outbox.tell(new RaftFact.LogTruncated(truncated, wasLast));
    }
    if (log.membershipIndex() != membershipWasAt) {
      outbox.tell(new RaftFact.MembershipInForce(log.membershipIndex(), log.membership()));
    }
    long match = prev.index() + append.entries().size();
    log.commitTo(Math.min(append.commit(), match));
    accept(append, match);
  }

  void onHeartbeat(RaftMessage.Heartbeat heartbeat) {
    log.commitTo(heartbeat.commit());
    outbox.send(
        new RaftMessage.HeartbeatReply(
            self, heartbeat.from(), heartbeat.term(), heartbeat.round()));
  }

  void onSnapshotChunk(RaftMessage.SnapshotChunk chunk) {
    if (chunk.last().index() <= log.commit()) {
      accept(chunk, log.commit());
      return;
    }
    if (log.holds(chunk.last())) {
      log.commitTo(chunk.last().index()); // nothing in it that is not here already
      accept(chunk, chunk.last().index());
      return;
    }
    if (chunk.totalBytes() > config.snapshotBytesMax()
        || chunk.offset() + chunk.bytes().length > chunk.totalBytes()) {
      throw new MalformedRaftBytesException(
          "%s: more than its total, or than the limit of %d bytes"
              .formatted(chunk, config.snapshotBytesMax()));
    }
    if (chunk.last().equals(refused) && chunk.term() == refusedTerm) {
      return; // without an answer, so that the leader does not send all of it again
    }
    byte[] body = inbox.add(chunk);
    if (body == null) {
      outbox.send(
          new RaftMessage.SnapshotReply(
              self, chunk.from(), chunk.term(), chunk.last(), inbox.received(chunk.last())));
      return;
    }
    Snapshot snapshot = Snapshot.ofBody(chunk.last().index(), chunk.last().term(), body);
    Recovery lossy = rules.lossOf(log.committed(), snapshot.membership());
    if (lossy != null) {
      // A recovered log begins further on than anybody's ended, so it always comes as a snapshot.
      outbox.tell(new RaftFact.LogAbandoned(lossy, log.committed()));
      return;
    }
    String refusal = refusals.apply(snapshot);
    if (refusal != null) {
      refused = snapshot.last();
      refusedTerm = chunk.term();
      outbox.tell(new RaftFact.SnapshotRefused(chunk.from(), snapshot.last(), refusal));
      return;
    }
    log.restore(snapshot);
    outbox.tell(new RaftFact.SnapshotRestored(snapshot.last()));
    outbox.tell(new RaftFact.MembershipInForce(snapshot.index(), snapshot.membership()));
    accept(chunk, snapshot.index());
  }

  /** Everything up to {@code match} is as the leader has it. */
  private void accept(RaftMessage heard, long match) {
    outbox.send(new RaftMessage.AppendAccepted(self, heard.from(), heard.term(), match));
  }
}
