package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.model.NodeId;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RaftMessageCodecTest {
  private static final NodeId A = new NodeId(-3);
  private static final NodeId B = new NodeId(7);
  private static final NodeId LEARNER = new NodeId(11);

  @Property(tries = 2_000)
  void everyMessageComesBackEqual(@ForAll("messages") RaftMessage message) {
    assertThat(RaftMessageCodec.decode(RaftMessageCodec.encode(message))).isEqualTo(message);
  }

  @Property(tries = 300)
  void everyTruncationIsRefused(@ForAll("messages") RaftMessage message) {
    byte[] bytes = RaftMessageCodec.encode(message);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> RaftMessageCodec.decode(cut))
          .isInstanceOf(MalformedBytesException.class);
    }
  }

  @Property(tries = 5_000)
  void changedBytesAreRefusedOrAreAnotherMessage(
      @ForAll("messages") RaftMessage message, @ForAll int where, @ForAll byte value) {
    byte[] bytes = RaftMessageCodec.encode(message);
    bytes[Math.floorMod(where, bytes.length)] = value;
    try {
      RaftMessage other = RaftMessageCodec.decode(bytes);
      assertThat(RaftMessageCodec.encode(other)).isEqualTo(bytes);
    } catch (MalformedBytesException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Test
  void otherFormatIsNamed() {
    byte[] bytes = RaftMessageCodec.encode(new RaftMessage.TimeoutNow(A, B, 4));
    bytes[0] = 9;
    assertThatThrownBy(() -> RaftMessageCodec.decode(bytes))
        .isInstanceOf(MalformedBytesException.class)
        .hasMessageContaining("format 9");
  }

  @Test
  void heartbeatTakesAsManyBytesAsItMust() {
    RaftMessage heartbeat = new RaftMessage.Heartbeat(A, B, 4, 100, 3);
    assertThat(RaftMessageCodec.encode(heartbeat)).hasSize(2 + 16 + 3);
  }

  @Provide
  Arbitrary<RaftMessage> messages() {
    Arbitrary<NodeId> nodes = Arbitraries.longs().map(NodeId::new);
    Arbitrary<Long> numbers = Arbitraries.longs().greaterOrEqual(0);
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<EntryId> ids =
        Combinators.combine(Arbitraries.longs().between(0, 1L << 50), numbers).as(EntryId::new);
    return Arbitraries.integers()
        .between(1, 15)
        .flatMap(
            kind ->
                Combinators.combine(nodes, nodes, numbers, ids, numbers, flags, numbers, bodies())
                    .as(
                        (from, to, term, id, n, flag, m, bytes) ->
                            message(kind, from, to, term, id, n, flag, m, bytes)));
  }

  private static Arbitrary<byte[]> bodies() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
  }

  private static RaftMessage message(
      int kind,
      NodeId from,
      NodeId to,
      long term,
      EntryId id,
      long n,
      boolean flag,
      long m,
      byte[] bytes) {
    return switch (kind) {
      case 1 -> new RaftMessage.PreVote(from, to, term, id);
      case 2 -> new RaftMessage.PreVoteReply(from, to, term, n, flag);
      case 3 -> new RaftMessage.RequestVote(from, to, term, id, flag);
      case 4 -> new RaftMessage.VoteReply(from, to, term, flag);
      case 5 -> new RaftMessage.Append(from, to, term, id, entries(id, n, bytes), m);
      case 6 -> new RaftMessage.AppendAccepted(from, to, term, n);
      case 7 -> new RaftMessage.AppendRefused(from, to, term, n, id);
      case 8 -> new RaftMessage.Heartbeat(from, to, term, n, m);
      case 9 -> new RaftMessage.HeartbeatReply(from, to, term, n);
      case 10 -> new RaftMessage.SnapshotChunk(from, to, term, id, n, m, bytes);
      case 11 -> new RaftMessage.SnapshotReply(from, to, term, id, n);
      case 12 -> new RaftMessage.TimeoutNow(from, to, term);
      case 13 -> new RaftMessage.NewerTerm(from, to, term);
      case 14 -> new RaftMessage.ReadRequest(from, to, term, n - m);
      default -> new RaftMessage.ReadReply(from, to, term, n - m, m);
    };
  }

  /** One entry of each type, after {@code prev}. */
  private static List<Entry> entries(EntryId prev, long term, byte[] bytes) {
    Membership members = Membership.of(List.of(A, B), List.of(LEARNER));
    return List.of(
        new Entry(new EntryId(prev.index() + 1, term), EntryType.NORMAL, bytes),
        new Entry(new EntryId(prev.index() + 2, term), EntryType.NO_OP, new byte[0]),
        new Entry(new EntryId(prev.index() + 3, term), EntryType.MEMBERSHIP, members.encode()));
  }
}
