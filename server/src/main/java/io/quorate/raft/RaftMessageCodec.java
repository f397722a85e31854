package io.quorate.raft;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
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
    ByteWriter out = new ByteWriter(64 + contentBytes(message));
    out.writeByte(FORMAT);
    out.writeByte(kind(message));
    out.writeFixed64(message.from().value());
    out.writeFixed64(message.to().value());
    out.writeVarint(message.term());
    switch (message) {
      case PreVote ask -> ask.last().writeTo(out);
      case PreVoteReply reply -> {
        out.writeVarint(reply.asked());
        out.writeFlag(reply.granted());
      }
      case RequestVote ask -> {
        ask.last().writeTo(out);
        out.writeFlag(ask.transfer());
      }
      case VoteReply reply -> out.writeFlag(reply.granted());
      case Append append -> encode(out, append);
      case AppendAccepted reply -> out.writeVarint(reply.match());
      case AppendRefused reply -> {
        out.writeVarint(reply.prevIndex());
        reply.hint().writeTo(out);
      }
      case Heartbeat heartbeat -> {
        out.writeVarint(heartbeat.commit());
        out.writeVarint(heartbeat.round());
      }
      case HeartbeatReply reply -> out.writeVarint(reply.round());
      case SnapshotChunk chunk -> {
        chunk.last().writeTo(out);
        out.writeVarint(chunk.totalBytes());
        out.writeVarint(chunk.offset());
        out.writeBytes(chunk.bytes());
      }
      case SnapshotReply reply -> {
        reply.last().writeTo(out);
        out.writeVarint(reply.received());
      }
      case TimeoutNow now -> {}
      case NewerTerm notice -> {}
      case Recovered notice -> Membership.encode(out, notice.recoveries());
      case ReadRequest ask -> out.writeFixed64(ask.context());
      case ReadReply reply -> {
        out.writeFixed64(reply.context());
        out.writeVarint(reply.index());
      }
    }
    return out.toBytes();
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode} writes
   */
  public static RaftMessage decode(byte[] bytes) {
    ByteReader in = new ByteReader("a message of Raft", bytes);
    int format = in.readByte();
    if (format != FORMAT) {
      throw in.malformed("format %d, and this node knows %d: upgrade it".formatted(format, FORMAT));
    }
    int kind = in.readByte();
    NodeId from = new NodeId(in.readFixed64());
    NodeId to = new NodeId(in.readFixed64());
    long term = in.readNumber();
    RaftMessage message =
        switch (kind) {
          case 1 -> new PreVote(from, to, term, EntryId.read(in));
          case 2 -> new PreVoteReply(from, to, term, in.readNumber(), in.readFlag());
          case 3 -> new RequestVote(from, to, term, EntryId.read(in), in.readFlag());
          case 4 -> new VoteReply(from, to, term, in.readFlag());
          case 5 -> decodeAppend(in, from, to, term);
          case 6 -> new AppendAccepted(from, to, term, in.readNumber());
          case 7 -> new AppendRefused(from, to, term, in.readNumber(), EntryId.read(in));
          case 8 -> new Heartbeat(from, to, term, in.readNumber(), in.readNumber());
          case 9 -> new HeartbeatReply(from, to, term, in.readNumber());
          case 10 ->
              new SnapshotChunk(
                  from,
                  to,
                  term,
                  EntryId.read(in),
                  in.readNumber(),
                  in.readNumber(),
                  in.readBytes());
          case 11 -> new SnapshotReply(from, to, term, EntryId.read(in), in.readNumber());
          case 12 -> new TimeoutNow(from, to, term);
          case 13 -> new NewerTerm(from, to, term);
          case 14 -> new ReadRequest(from, to, term, in.readFixed64());
          case 15 -> new ReadReply(from, to, term, in.readFixed64(), in.readNumber());
          case 16 -> new Recovered(from, to, term, Membership.decodeRecoveries(in));
          default -> throw in.malformed("unknown kind of message " + kind);
        };
    in.expectEnd();
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
  private static void encode(ByteWriter out, Append append) {
    append.prev().writeTo(out);
    out.writeVarint(append.commit());
    out.writeVarint(append.entries().size());
    for (Entry entry : append.entries()) {
      out.writeVarint(entry.term());
      out.writeByte(entry.type().code());
      out.writeBytes(entry.payload());
    }
  }

  private static Append decodeAppend(ByteReader in, NodeId from, NodeId to, long term) {
    EntryId prev = EntryId.read(in);
    long commit = in.readNumber();
    int count = in.readCount(ENTRY_BYTES_MIN);
    if (prev.index() > Long.MAX_VALUE - count) {
      throw in.malformed("an append after index " + prev.index() + " overflows");
    }
    List<Entry> entries = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      EntryId id = new EntryId(prev.index() + i, in.readNumber());
      EntryType type = EntryType.ofCode(in.readByte());
      byte[] payload = in.readBytes();
      if (type == EntryType.MEMBERSHIP) {
        Membership.decode(payload); // a bad one must not get into the log
      }
      entries.add(new Entry(id, type, payload));
    }
    return new Append(from, to, term, prev, entries, commit);
  }
}
