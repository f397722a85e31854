package io.quorate.raft;

import io.quorate.model.NodeId;
import io.quorate.raft.Lies.Guess;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What one member says of terms and snapshots that the group has not come to: a little ahead, as if
 * it had stood for elections that the others did not hear of, and from the far future. {@link Lies}
 * are about all else, and say what no receiver can tell from the truth: of snapshots that is one of
 * a state that can be read, at a term and an index that the group may come to.
 */
public final class FutureLies {
  private final SplittableRandom random;

  public FutureLies(SplittableRandom random) {
    this.random = random;
  }

  /** Returns how many terms a group has come to in the generation that its log is of. */
  public static long terms(Raft group) {
    return group.status().term() - (group.generation() << 32);
  }

  /**
   * Returns how many terms lies and elections can have brought a group to at most.
   *
   * @param nodes each of which may raise the term, and tell the others
   * @param ticks since the group began
   */
  public static long termsMax(int nodes, long ticks) {
    return nodes * (TermAllowance.AT_ONCE + TermAllowance.PER_TICK * ticks) + ticks;
  }

  /** Makes up a message of a term that elections may have brought the group to. */
  public RaftMessage termAhead(NodeId from, NodeId to, Guess guess) {
    return ofTerm(from, to, guess, guess.term() + 1 + random.nextInt(100));
  }

  /** Makes up a message of a term that elections cannot have brought the group to. */
  public RaftMessage farTerm(NodeId from, NodeId to, Guess guess) {
    return ofTerm(from, to, guess, far(guess.term()));
  }

  private RaftMessage ofTerm(NodeId from, NodeId to, Guess guess, long term) {
    EntryId last = guess.last();
    return switch (random.nextInt(8)) {
      case 0 -> new RaftMessage.NewerTerm(from, to, term);
      case 1 -> new RaftMessage.Heartbeat(from, to, term, 0, 0);
      case 2 -> new RaftMessage.RequestVote(from, to, term, last, random.nextBoolean());
      case 3 -> new RaftMessage.PreVote(from, to, term, last);
      case 4 -> new RaftMessage.PreVoteReply(from, to, term, guess.term() + 1, false);
      case 5 -> new RaftMessage.VoteReply(from, to, term, false);
      case 6 -> new RaftMessage.AppendRefused(from, to, term, last.index(), last);
      default -> new RaftMessage.Append(from, to, term, guess.committed(), List.of(), 0);
    };
  }

  /** Beyond {@link TermAllowance}, of another generation, or at the end of all terms. */
  private long far(long term) {
    return switch (random.nextInt(4)) {
      case 0 -> term + 2 * TermAllowance.AT_ONCE + random.nextInt(1_000);
      case 1 -> term + (1L << 31);
      case 2 -> (Recovery.generationOf(term) + 1 + random.nextInt(3)) << 32;
      default -> Long.MAX_VALUE - random.nextInt(3);
    };
  }

  /**
   * Makes up a snapshot that is later than all that the group has. All of it comes in one message.
   *
   * @param readable a state that the receiver can read; null for one that nothing can read
   */
  public RaftMessage snapshot(
      NodeId from, NodeId to, Guess guess, Membership membership, byte @Nullable [] readable) {
    long term = guess.term();
    EntryId last;
    if (readable == null) {
      last = new EntryId(guess.last().index() + 1 + random.nextInt(1_000), term);
    } else if (random.nextBoolean()) {
      term = far(term);
      last = new EntryId(guess.last().index() + 1 + random.nextInt(1_000), term);
    } else {
      long beyond = Recovery.lastNumber(Recovery.generationOf(term));
      last = new EntryId(random.nextBoolean() ? beyond + 1 : Long.MAX_VALUE - 1, term);
    }
    byte[] state = readable == null ? unreadable() : readable;
    byte[] body = new Snapshot(last, membership, state).body();
    return new RaftMessage.SnapshotChunk(from, to, term, last, body.length, 0, body);
  }

  private byte[] unreadable() {
    byte[] state = new byte[1 + random.nextInt(100)];
    random.nextBytes(state);
    state[0] = Lies.NO_FORMAT;
    return state;
  }
}
