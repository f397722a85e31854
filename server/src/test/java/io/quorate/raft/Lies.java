package io.quorate.raft;

import io.quorate.model.NodeId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * Messages of one member that lies in its own name, as bugs and damaged memory have it do: numbers
 * from the far future, logs and snapshots that contradict what is committed, answers to what was
 * not asked. A group of which the others are a majority stays safe, and elects once the liar is
 * silent.
 *
 * <p>Left out are lies that no receiver can tell from the truth, with which any member of any Raft
 * group can break it: a vote given twice, an entry acknowledged and not kept, a recovery forged in
 * all its parts, and entries, commits and snapshots of one that leads, or says so, which fit what
 * the receiver has.
 */
public final class Lies {
  /** What a node says of {@link #unreadableState}. */
  public static final String NO_STATE_SAYS = "has format 99";

  static final byte NO_FORMAT = 99;

  private final SplittableRandom random;

  public Lies(SplittableRandom random) {
    this.random = random;
  }

  /**
   * What a receiver has come to, as the liar guesses it.
   *
   * @param last where the receiver's log ends
   * @param committed what is committed there
   */
  public record Guess(long term, EntryId last, EntryId committed) {}

  /** Makes up a lie. */
  public RaftMessage next(NodeId from, NodeId to, Guess guess) {
    long term = guess.term();
    EntryId last = guess.last();
    long index = last.index();
    return switch (random.nextInt(20)) {
      case 0 -> new RaftMessage.NewerTerm(from, to, farTerm(term));
      case 1 -> new RaftMessage.Heartbeat(from, to, farTerm(term), 0, 0);
      case 2 -> new RaftMessage.RequestVote(from, to, farTerm(term), last, random.nextBoolean());
      case 3 -> new RaftMessage.PreVoteReply(from, to, farTerm(term), term + 1, false);
      case 4 -> new RaftMessage.NewerTerm(from, to, term + 1 + random.nextInt(3));
      case 5 -> new RaftMessage.Heartbeat(from, to, term, index + 1 + random.nextInt(1_000), 0);
      case 6 -> new RaftMessage.Heartbeat(from, to, term, farIndex(index), round());
      case 7 -> new RaftMessage.Heartbeat(from, to, term, 0, round());
      case 8 -> append(from, to, term, guess.committed(), 0);
      case 9 -> appendOverCommitted(from, to, guess);
      case 10 -> appendOutOfOrder(from, to, guess);
      case 11 -> append(from, to, term, new EntryId(farIndex(index), term), 2);
      case 12 -> new RaftMessage.AppendAccepted(from, to, term, farIndex(index + 1_000));
      case 13 -> new RaftMessage.AppendRefused(from, to, term, farIndex(index), last);
      case 14 -> new RaftMessage.HeartbeatReply(from, to, term, 1_000_000 + round());
      case 15 -> chunk(from, to, guess);
      case 16 -> new RaftMessage.TimeoutNow(from, to, term);
      case 17 -> new RaftMessage.SnapshotReply(from, to, term, last, farIndex(0));
      case 18 -> new RaftMessage.ReadReply(from, to, term, random.nextInt(100), farIndex(index));
      default -> recovered(from, to, term);
    };
  }

  /**
   * A snapshot of the right members, beyond the receiver's log, whose state cannot be read. A
   * receiver that stores it unchecked ends at each of its starts.
   */
  public RaftMessage unreadableState(NodeId from, NodeId to, Guess guess, Membership membership) {
    long term = guess.term() + random.nextInt(2);
    EntryId last = new EntryId(guess.last().index() + 1 + random.nextInt(1_000), term);
    byte[] state = new byte[1 + random.nextInt(100)];
    random.nextBytes(state);
    state[0] = NO_FORMAT;
    byte[] body = new Snapshot(last, membership, state).body();
    return new RaftMessage.SnapshotChunk(from, to, term, last, body.length, 0, body);
  }

  private long farTerm(long term) {
    return switch (random.nextInt(5)) {
          case 0 -> term + (1L << 20) + random.nextInt(1_000);
          case 1 -> term + (1L << 31);
          case 2 -> 1L << 33;
          case 3 -> Long.MAX_VALUE - random.nextInt(3);
          default -> term + (random.nextLong() >>> 2);
        }
        & Long.MAX_VALUE;
  }

  private long farIndex(long index) {
    return switch (random.nextInt(4)) {
      case 0 -> index + 1_000 + random.nextInt(1_000);
      case 1 -> Long.MAX_VALUE - 10;
      case 2 -> 1L << 52;
      default -> index + (random.nextLong() >>> 3);
    };
  }

  private long round() {
    return random.nextLong() >>> (1 + random.nextInt(60));
  }

  private static RaftMessage append(NodeId from, NodeId to, long term, EntryId prev, int count) {
    Entry[] entries = new Entry[count];
    for (int i = 0; i < count; i++) {
      EntryId id = new EntryId(prev.index() + 1 + i, term);
      entries[i] = new Entry(id, EntryType.NORMAL, new byte[] {6, 6, 6});
    }
    return new RaftMessage.Append(from, to, term, prev, List.of(entries), prev.index());
  }

  /** The receiver has another entry, or another content, at a committed index. */
  private RaftMessage appendOverCommitted(NodeId from, NodeId to, Guess guess) {
    EntryId committed = guess.committed();
    long prevTerm = Math.max(0, committed.term() - random.nextInt(2));
    EntryId prev = new EntryId(Math.max(0, committed.index() - 1), prevTerm);
    EntryId id = new EntryId(prev.index() + 1, committed.term() + 1);
    long term = Math.max(guess.term(), id.term());
    return new RaftMessage.Append(
        from, to, term, prev, List.of(new Entry(id, EntryType.NORMAL, new byte[] {9})), 0);
  }

  /** Terms fall along the log, or are later than that of the message. */
  private RaftMessage appendOutOfOrder(NodeId from, NodeId to, Guess guess) {
    EntryId last = guess.last();
    long wrong = random.nextBoolean() ? guess.term() + 1 : Math.max(0, last.term() - 1);
    Entry entry = new Entry(new EntryId(last.index() + 1, wrong), EntryType.NORMAL, new byte[] {8});
    return new RaftMessage.Append(from, to, guess.term(), last, List.of(entry), last.index());
  }

  /** A snapshot that cannot be read, never ends, or is of no group that there can be. */
  private RaftMessage chunk(NodeId from, NodeId to, Guess guess) {
    long term = guess.term();
    EntryId last = new EntryId(farIndex(guess.last().index()), term);
    byte[] body = new byte[1 + random.nextInt(40)];
    random.nextBytes(body);
    body[0] = (byte) (0xff - random.nextInt(4)); // a length that nothing follows
    long total = body.length;
    switch (random.nextInt(3)) {
      case 0 -> total += 1 + random.nextInt(1_000);
      case 1 ->
          body =
              new Snapshot(last, new Membership(new TreeSet<>(), new TreeSet<>()), new byte[0])
                  .body();
      default -> {}
    }
    return new RaftMessage.SnapshotChunk(
        from, to, term, last, Math.max(total, body.length), 0, body);
  }

  /** A list of recoveries that does not fit the term. */
  private RaftMessage recovered(NodeId from, NodeId to, long term) {
    long generation = 2L + random.nextInt(1 << 20);
    return new RaftMessage.Recovered(
        from,
        to,
        random.nextBoolean() ? term : (generation - 1) << 32,
        List.of(new Recovery(generation, new EntryId(3, 1))));
  }
}
