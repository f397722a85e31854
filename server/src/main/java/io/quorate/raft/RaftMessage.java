package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.List;

/**
 * What nodes say to each other. Any message may be lost, doubled, late or out of order. {@code
 * term} is always the sender's own.
 */
public sealed interface RaftMessage {
  NodeId from();

  NodeId to();

  long term();

  /** Would you vote for me in {@code term + 1}, when my log ends at {@code last}? Not binding. */
  record PreVote(NodeId from, NodeId to, long term, EntryId last) implements RaftMessage {}

  /**
   * @param asked the term asked about, which no node need have entered
   */
  record PreVoteReply(NodeId from, NodeId to, long term, long asked, boolean granted)
      implements RaftMessage {}

  /**
   * @param transfer the leader itself asked for this election, so it is no reason to refuse (3.10)
   */
  record RequestVote(NodeId from, NodeId to, long term, EntryId last, boolean transfer)
      implements RaftMessage {}

  record VoteReply(NodeId from, NodeId to, long term, boolean granted) implements RaftMessage {}

  /**
   * @param prev the entry right before {@code entries} in the leader's log
   * @param commit the leader's commit index
   */
  record Append(NodeId from, NodeId to, long term, EntryId prev, List<Entry> entries, long commit)
      implements RaftMessage {
    public Append {
      entries = List.copyOf(entries);
    }
  }

  /** The follower's log equals the leader's up to {@code match}, durably. */
  record AppendAccepted(NodeId from, NodeId to, long term, long match) implements RaftMessage {}

  /**
   * The follower does not have the entry at {@code prevIndex} that the leader named.
   *
   * @param hint the follower's last entry that may match: its last one of at most that index and at
   *     most the term the leader named
   */
  record AppendRefused(NodeId from, NodeId to, long term, long prevIndex, EntryId hint)
      implements RaftMessage {}

  /**
   * @param commit what the leader has committed, as far as the follower is known to have it
   * @param round number of the newest round of reads to be confirmed by an answer
   */
  record Heartbeat(NodeId from, NodeId to, long term, long commit, long round)
      implements RaftMessage {}

  record HeartbeatReply(NodeId from, NodeId to, long term, long round) implements RaftMessage {}

  /**
   * A piece of a snapshot's body.
   *
   * @param last the snapshot's last entry
   * @param totalBytes length of the whole body
   * @param offset where {@code bytes} belong in it
   */
  record SnapshotChunk(
      NodeId from, NodeId to, long term, EntryId last, long totalBytes, long offset, byte[] bytes)
      implements RaftMessage {
    @Override
    public boolean equals(Object other) {
      return other instanceof SnapshotChunk that
          && from.equals(that.from)
          && to.equals(that.to)
          && term == that.term
          && last.equals(that.last)
          && totalBytes == that.totalBytes
          && offset == that.offset
          && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return 31 * last.hashCode() + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "SnapshotChunk[from=%s, to=%s, term=%d, last=%s, totalBytes=%d, offset=%d, %d B]"
          .formatted(from, to, term, last, totalBytes, offset, bytes.length);
    }
  }

  /**
   * @param last names the snapshot
   * @param received bytes held from its beginning; the next chunk should start there
   */
  record SnapshotReply(NodeId from, NodeId to, long term, EntryId last, long received)
      implements RaftMessage {}

  /** Campaign at once: the leader hands over (3.10). */
  record TimeoutNow(NodeId from, NodeId to, long term) implements RaftMessage {}

  /** To a node that speaks as leader of an older term: that term is over. */
  record NewerTerm(NodeId from, NodeId to, long term) implements RaftMessage {}

  /**
   * The group was recovered (see {@link Recovery}), and {@code term} is of that generation. It
   * proves to a node of an earlier generation that the later one is no error: no number that is
   * wrong by chance comes with a list of recoveries that fits it.
   *
   * @param recoveries those of the sender's membership, oldest first
   */
  record Recovered(NodeId from, NodeId to, long term, List<Recovery> recoveries)
      implements RaftMessage {
    public Recovered {
      recoveries = List.copyOf(recoveries);
    }
  }

  /** A follower asks its leader for a read index. */
  record ReadRequest(NodeId from, NodeId to, long term, long context) implements RaftMessage {}

  record ReadReply(NodeId from, NodeId to, long term, long context, long index)
      implements RaftMessage {}
}
