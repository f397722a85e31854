package io.quorate.raft;

import static io.quorate.raft.RaftEvent.WhyNotBelieved.IMPOSSIBLE;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of a message alone, whatever the group has come to: numbers that are in no
 * group's reach, or do not fit each other. What is compared with this node's log is in {@link
 * Contradictions}.
 */
final class Bounds {
  private final NodeId self;
  private final RaftConfig config;

  Bounds(NodeId self, RaftConfig config) {
    this.self = self;
    this.config = config;
  }

  /** What is impossible in a message; null if nothing is. */
  @Nullable Doubt of(RaftMessage message) {
    String why = whyImpossible(message);
    return why == null ? null : new Doubt(IMPOSSIBLE, why);
  }

  private @Nullable String whyImpossible(RaftMessage message) {
    long term = message.term();
    if (message.from().equals(self)) {
      return "it comes from this node itself";
    }
    if (term < 0) {
      return "its term is " + term;
    }
    return switch (message) {
      case RaftMessage.PreVote ask -> ofEntry("the candidate's last entry", ask.last(), term);
      case RaftMessage.PreVoteReply reply ->
          reply.asked() < 0 ? "it answers for term " + reply.asked() : null;
      case RaftMessage.RequestVote ask -> {
        // It raised its term for this, and has led nothing in it.
        yield ofEntry("the candidate's last entry", ask.last(), term - 1);
      }
      case RaftMessage.VoteReply reply -> null;
      case RaftMessage.Append append -> ofAppend(append);
      case RaftMessage.AppendAccepted reply -> ofIndex("match", reply.match(), term);
      case RaftMessage.AppendRefused reply -> {
        String why = ofIndex("the index that it lacks", reply.prevIndex(), term);
        yield why != null ? why : ofEntry("its hint", reply.hint(), term);
      }
      case RaftMessage.Heartbeat heartbeat -> {
        String why = ofIndex("commit", heartbeat.commit(), term);
        yield why != null ? why : ofCount("round", heartbeat.round());
      }
      case RaftMessage.HeartbeatReply reply -> ofCount("round", reply.round());
      case RaftMessage.SnapshotChunk chunk -> ofChunk(chunk);
      case RaftMessage.SnapshotReply reply -> ofCount("received", reply.received());
      case RaftMessage.TimeoutNow now -> null;
      case RaftMessage.NewerTerm notice -> null;
      case RaftMessage.Recovered notice -> null;
      case RaftMessage.ReadRequest ask -> null; // the asker's own numbering
      case RaftMessage.ReadReply reply -> ofIndex("index", reply.index(), term);
    };
  }

  private static @Nullable String ofAppend(RaftMessage.Append append) {
    EntryId before = append.prev();
    String why = ofEntry("the entry before", before, append.term());
    if (why == null) {
      why = ofIndex("commit", append.commit(), append.term());
    }
    for (Entry entry : append.entries()) {
      if (why != null) {
        break;
      }
      why = ofEntry("an entry", entry.id(), append.term());
      if (why == null && (entry.index() != before.index() + 1 || entry.term() < before.term())) {
        why = "entry %s follows %s (term/index)".formatted(entry.id(), before);
      }
      if (why == null && entry.type() == EntryType.MEMBERSHIP) {
        why = ofMembership(entry.payload());
      }
      before = entry.id();
    }
    return why;
  }

  private static @Nullable String ofMembership(byte[] bytes) {
    try {
      return Membership.decode(bytes).voters().isEmpty() ? "a membership without voters" : null;
    } catch (MalformedBytesException malformed) {
      return String.valueOf(malformed.getMessage());
    }
  }

  private @Nullable String ofChunk(RaftMessage.SnapshotChunk chunk) {
    String why = ofEntry("the snapshot's last entry", chunk.last(), chunk.term());
    if (why != null) {
      return why;
    }
    long total = chunk.totalBytes();
    if (total < 1 || total > config.snapshotBytesMax()) {
      return "a snapshot of %d bytes, at most %d are taken"
          .formatted(total, config.snapshotBytesMax());
    }
    if (chunk.offset() < 0 || chunk.offset() > total - chunk.bytes().length) {
      return "%d bytes at %d of a snapshot of %d"
          .formatted(chunk.bytes().length, chunk.offset(), total);
    }
    return null;
  }

  /** An entry of the sender's log, which is of its own term or an earlier one. */
  private static @Nullable String ofEntry(String what, EntryId id, long termMax) {
    boolean possible =
        id.term() >= 0
            && id.term() <= termMax
            && id.index() >= 0
            && id.index() <= Recovery.lastNumber(Recovery.generationOf(id.term()));
    return possible || id.equals(EntryId.ZERO)
        ? null
        : "%s is %s (term/index), in a message of a term up to %d".formatted(what, id, termMax);
  }

  private static @Nullable String ofIndex(String what, long index, long term) {
    return index >= 0 && index <= Recovery.lastNumber(Recovery.generationOf(term))
        ? null
        : what + " is " + index;
  }

  private static @Nullable String ofCount(String what, long count) {
    return count >= 0 ? null : what + " is " + count;
  }
}
