package io.quorate.raft;

import io.quorate.fuzz.WildBytes;
import io.quorate.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Messages that no honest node sends: made up, or real ones with other numbers. */
final class WildMessages {
  private static final int ENTRIES_MAX = 4;
  private static final List<EntryType> TYPES = List.of(EntryType.values());
  private static final int KINDS = 16;

  private final SplittableRandom random;
  private final WildBytes wild;
  private final List<NodeId> nodes;

  /** A message of the wire has no negative numbers; one that is built by mistake may have. */
  private final boolean negative;

  WildMessages(SplittableRandom random, List<NodeId> nodes, boolean negative) {
    this.random = random;
    this.wild = new WildBytes(random);
    this.nodes = List.copyOf(nodes);
    this.negative = negative;
  }

  /** Makes one up, with numbers near {@code term} and {@code index}, or anywhere. */
  RaftMessage madeUp(NodeId from, NodeId to, long term, long index) {
    long itsTerm = random.nextInt(3) > 0 ? term : number(term);
    return switch (1 + random.nextInt(KINDS)) {
      case 1 -> new RaftMessage.PreVote(from, to, itsTerm, id(index, term));
      case 2 -> new RaftMessage.PreVoteReply(from, to, itsTerm, number(term + 1), flag());
      case 3 -> new RaftMessage.RequestVote(from, to, itsTerm, id(index, term), flag());
      case 4 -> new RaftMessage.VoteReply(from, to, itsTerm, flag());
      case 5 -> {
        EntryId prev = id(index, term);
        yield new RaftMessage.Append(from, to, itsTerm, prev, entries(prev), number(index));
      }
      case 6 -> new RaftMessage.AppendAccepted(from, to, itsTerm, number(index));
      case 7 -> new RaftMessage.AppendRefused(from, to, itsTerm, number(index), id(index, term));
      case 8 -> new RaftMessage.Heartbeat(from, to, itsTerm, number(index), number(0));
      case 9 -> new RaftMessage.HeartbeatReply(from, to, itsTerm, number(0));
      case 10 -> chunk(from, to, itsTerm, id(index, term));
      case 11 -> new RaftMessage.SnapshotReply(from, to, itsTerm, id(index, term), number(0));
      case 12 -> new RaftMessage.TimeoutNow(from, to, itsTerm);
      case 13 -> new RaftMessage.NewerTerm(from, to, itsTerm);
      case 16 -> {
        Recovery one = new Recovery(1 + random.nextInt(1 << 20), id(1, 1));
        yield new RaftMessage.Recovered(from, to, itsTerm, List.of(one));
      }
      case 14 -> new RaftMessage.ReadRequest(from, to, itsTerm, number(1));
      default -> new RaftMessage.ReadReply(from, to, itsTerm, number(1), number(index));
    };
  }

  private RaftMessage chunk(NodeId from, NodeId to, long term, EntryId last) {
    byte[] body =
        random.nextInt(4) == 0
            ? wild.madeUp()
            : new Snapshot(last, membership(), new byte[random.nextInt(200)]).body();
    boolean whole = random.nextInt(3) > 0;
    return new RaftMessage.SnapshotChunk(
        from,
        to,
        term,
        last,
        whole ? body.length : number(body.length),
        whole ? 0 : number(0),
        body);
  }

  private List<Entry> entries(EntryId prev) {
    List<Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(ENTRIES_MAX); i > 0; i--) {
      EntryType type = TYPES.get(random.nextInt(TYPES.size()));
      long term = random.nextInt(4) > 0 ? prev.term() : number(prev.term());
      byte[] payload =
          switch (type) {
            case NORMAL -> wild.madeUp();
            case NO_OP -> new byte[0];
            case MEMBERSHIP -> membership().encode();
          };
      // Indices are not sent: they follow prev.
      entries.add(new Entry(new EntryId(prev.index() + 1 + entries.size(), term), type, payload));
    }
    return entries;
  }

  /** Any of the nodes, or none, with or without recoveries. */
  private Membership membership() {
    TreeSet<NodeId> voters = new TreeSet<>();
    TreeSet<NodeId> learners = new TreeSet<>();
    for (NodeId node : nodes) {
      switch (random.nextInt(4)) {
        case 0, 1 -> voters.add(node);
        case 2 -> learners.add(node);
        default -> {}
      }
    }
    List<Recovery> recoveries = new ArrayList<>();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      recoveries.add(new Recovery(1 + random.nextInt(1 << 20), id(1, 1)));
    }
    return new Membership(voters, learners, recoveries);
  }

  private EntryId id(long index, long term) {
    // An append must have room for its entries: what overflows cannot be decoded.
    long near = random.nextBoolean() ? index : Math.min(number(index), Long.MAX_VALUE - 100);
    return new EntryId(near, random.nextBoolean() ? term : number(term));
  }

  private boolean flag() {
    return random.nextInt(4) > 0;
  }

  private long number(long real) {
    long number = random.nextInt(3) == 0 ? real : wild.number(real);
    return negative ? number : number & Long.MAX_VALUE;
  }
}
