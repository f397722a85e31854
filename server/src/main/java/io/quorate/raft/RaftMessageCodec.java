package io.quorate.raft;

import io.quorate.model.ByteFormat;
import io.quorate.model.NodeId;
import io.quorate.raft.RaftMessage.Append;
import io.quorate.raft.RaftMessage.AppendAccepted;
import io.quorate.raft.RaftMessage.AppendRefused;
import io.quorate.raft.RaftMessage.Heartbeat;
import io.quorate.raft.RaftMessage.HeartbeatReply;
import io.quorate.raft.RaftMessage.NewerTerm;
import io.quorate.raft.RaftMessage.PreVote;
import io.quorate.raft.RaftMessage.PreVoteReply;
import io.quorate.raft.RaftMessage.ReadReply;
import io.quorate.raft.RaftMessage.ReadRequest;
import io.quorate.raft.RaftMessage.Recovered;
import io.quorate.raft.RaftMessage.RequestVote;
import io.quorate.raft.RaftMessage.SnapshotChunk;
import io.quorate.raft.RaftMessage.SnapshotReply;
import io.quorate.raft.RaftMessage.TimeoutNow;
import io.quorate.raft.RaftMessage.VoteReply;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages as bytes: format, kind, from, to, term, then what the kind has. Numbers are varints;
 * every message has exactly one encoding. Kinds are on the wire between versions: never reuse one.
 */
public final class RaftMessageCodec {
  /** First byte. A node refuses formats that it does not know. */
  private static final int FORMAT = ByteFormat.RAFT_MESSAGE.only();

  /** An entry takes at least this much: term, type, length. */
  private static final int ENTRY_BYTES_MIN = 3;

  private RaftMessageCodec() {}

  public static byte[] encode(RaftMessage message) {
    Encoder out = new Encoder(64 + contentBytes(message));
    out.u8(FORMAT);
    out.u8(kind(message));
    out.node(message.from());
    out.node(message.to());
    out.varint(message.term());
    switch (message) {
      case PreVote ask -> out.id(ask.last());
      case PreVoteReply reply -> {
        out.varint(reply.asked());
        out.flag(reply.granted());
      }
      case RequestVote ask -> {
        out.id(ask.last());
        out.flag(ask.transfer());
      }
      case VoteReply reply -> out.flag(reply.granted());
      case Append append -> encode(out, append);
      case AppendAccepted reply -> out.varint(reply.match());
      case AppendRefused reply -> {
        out.varint(reply.prevIndex());
        out.id(reply.hint());
      }
      case Heartbeat heartbeat -> {
        out.varint(heartbeat.commit());
        out.varint(heartbeat.round());
      }
      case HeartbeatReply reply -> out.varint(reply.round());
      case SnapshotChunk chunk -> {
        out.id(chunk.last());
        out.varint(chunk.totalBytes());
        out.varint(chunk.offset());
        out.bytes(chunk.bytes());
      }
      case SnapshotReply reply -> {
        out.id(reply.last());
        out.varint(reply.received());
      }
      case TimeoutNow now -> {}
      case NewerTerm notice -> {}
      case Recovered notice -> Membership.encode(out, notice.recoveries());
      case ReadRequest ask -> out.fixed64(ask.context());
      case ReadReply reply -> {
        out.fixed64(reply.context());
        out.varint(reply.index());
      }
    }
    return out.toBytes();
  }

  /**
   * @throws MalformedRaftBytesException if it is not what {@link #encode} writes
   */
  public static RaftMessage decode(byte[] bytes) {
    Decoder in = new Decoder(bytes);
    int format = in.u8();
    if (format != FORMAT) {
      throw new MalformedRaftBytesException(
          "raft message of format " + format + ", this node knows " + FORMAT + ": upgrade it");
    }
    int kind = in.u8();
    NodeId from = in.node();
    NodeId to = in.node();
    long term = in.varint();
    RaftMessage message =
        switch (kind) {
          case 1 -> new PreVote(from, to, term, in.id());
          case 2 -> new PreVoteReply(from, to, term, in.varint(), in.flag());
          case 3 -> new RequestVote(from, to, term, in.id(), in.flag());
          case 4 -> new VoteReply(from, to, term, in.flag());
          case 5 -> decodeAppend(in, from, to, term);
          case 6 -> new AppendAccepted(from, to, term, in.varint());
          case 7 -> new AppendRefused(from, to, term, in.varint(), in.id());
          case 8 -> new Heartbeat(from, to, term, in.varint(), in.varint());
          case 9 -> new HeartbeatReply(from, to, term, in.varint());
          case 10 ->
              new SnapshotChunk(from, to, term, in.id(), in.varint(), in.varint(), in.bytes());
          case 11 -> new SnapshotReply(from, to, term, in.id(), in.varint());
          case 12 -> new TimeoutNow(from, to, term);
          case 13 -> new NewerTerm(from, to, term);
          case 14 -> new ReadRequest(from, to, term, in.fixed64());
          case 15 -> new ReadReply(from, to, term, in.fixed64(), in.varint());
          case 16 -> new Recovered(from, to, term, Membership.decodeRecoveries(in));
          default -> throw new MalformedRaftBytesException("unknown kind of message " + kind);
        };
    in.finish();
    return message;
  }

  private static int kind(RaftMessage message) {
    return switch (message) {
      case PreVote m -> 1;
      case PreVoteReply m -> 2;
      case RequestVote m -> 3;
      case VoteReply m -> 4;
      case Append m -> 5;
      case AppendAccepted m -> 6;
      case AppendRefused m -> 7;
      case Heartbeat m -> 8;
      case HeartbeatReply m -> 9;
      case SnapshotChunk m -> 10;
      case SnapshotReply m -> 11;
      case TimeoutNow m -> 12;
      case NewerTerm m -> 13;
      case ReadRequest m -> 14;
      case ReadReply m -> 15;
      case Recovered m -> 16;
    };
  }

  private static int contentBytes(RaftMessage message) {
    return switch (message) {
      case Append append -> append.entries().stream().mapToInt(Entry::cost).sum();
      case SnapshotChunk chunk -> chunk.bytes().length;
      default -> 0;
    };
  }

  /** Entries follow {@code prev} one by one, so their indices need not be said. */
  private static void encode(Encoder out, Append append) {
    out.id(append.prev());
    out.varint(append.commit());
    out.varint(append.entries().size());
    for (Entry entry : append.entries()) {
      out.varint(entry.term());
      out.u8(entry.type().code());
      out.bytes(entry.payload());
    }
  }

  private static Append decodeAppend(Decoder in, NodeId from, NodeId to, long term) {
    EntryId prev = in.id();
    long commit = in.varint();
    int count = in.count(ENTRY_BYTES_MIN);
    if (prev.index() > Long.MAX_VALUE - count) {
      throw new MalformedRaftBytesException("append after index " + prev.index() + " overflows");
    }
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      EntryId id = new EntryId(prev.index() + i, in.varint());
      EntryType type = EntryType.ofCode(in.u8());
      byte[] payload = in.bytes();
      if (type == EntryType.MEMBERSHIP) {
        Membership.decode(payload); // a bad one must not get into the log
      }
      entries.add(new Entry(id, type, payload));
    }
    return new Append(from, to, term, prev, entries, commit);
  }
}
