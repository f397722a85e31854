package io.quorate.metadata;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.RefusalKind;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftMessageCodec;
import java.nio.charset.StandardCharsets;

/** What nodes of the metadata group say to each other. */
sealed interface MetadataMessage {

  /** One message of Raft. */
  record Raft(RaftMessage message) implements MetadataMessage {}

  /**
   * A command for the leader to put into the log. That it is there is not answered: the sender is a
   * member too, and learns the decision when the command comes back to it in the log.
   */
  record Propose(NumberedCommand command) implements MetadataMessage {}

  /**
   * What a node has found; the drivers on the leader decide by it, and it is opaque here. It is not
   * answered, and it is lost when the leader has just changed: the node reports again what still
   * holds.
   */
  record Report(byte[] content) implements MetadataMessage {}

  /**
   * That the sender cannot read what was decided, and so cannot follow: for the leader, whose
   * operators are to know. It is not answered.
   */
  record Stuck(String why) implements MetadataMessage {}

  /** The leader did not put a command of the receiver into the log, and why. */
  record Refused(CommandId id, RefusalKind kind, String why) implements MetadataMessage {}

  /**
   * Asks to be told once the receiver's state shows all that was decided up to an index of the log.
   * Since cluster version 2.
   */
  record AwaitSettled(long index) implements MetadataMessage {}

  /** That the sender's state shows all that was decided up to an index. Since cluster version 2. */
  record Settled(long index) implements MetadataMessage {}

  int RAFT = 1;
  int PROPOSE = 2;
  int REPORT = 3;
  int STUCK = 4;
  int REFUSED = 5;
  int AWAIT_SETTLED = 6;
  int SETTLED = 7;

  /**
   * Kind (1 byte), then its content.
   *
   * @param clusterVersion at which commands are written; all else is alike at all versions
   */
  default byte[] encode(int clusterVersion) {
    byte[] content =
        switch (this) {
          case Raft raft -> RaftMessageCodec.encode(raft.message());
          case Propose propose -> propose.command().encode(clusterVersion);
          case Report report -> report.content();
          case Stuck stuck -> Sentences.bounded(stuck.why()).getBytes(StandardCharsets.UTF_8);
          case Refused refused -> content(refused);
          case AwaitSettled await -> content(await.index());
          case Settled settled -> content(settled.index());
        };
    ByteWriter out = new ByteWriter(1 + content.length);
    out.writeByte(
        switch (this) {
          case Raft raft -> RAFT;
          case Propose propose -> PROPOSE;
          case Report report -> REPORT;
          case Stuck stuck -> STUCK;
          case Refused refused -> REFUSED;
          case AwaitSettled await -> AWAIT_SETTLED;
          case Settled settled -> SETTLED;
        });
    out.writeRaw(content);
    return out.toBytes();
  }

  /** Reads what was written at any version that this code works at. */
  static MetadataMessage decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what was written at versions up to this one.
   *
   * @throws MalformedBytesException if it is not what {@link #encode} writes; says why
   */
  static MetadataMessage decode(byte[] bytes, int newestVersion) {
    ByteReader in = new ByteReader("a message of the metadata group", bytes);
    int kind = in.readByte();
    byte[] content = in.readRest();
    return switch (kind) {
      case RAFT -> new Raft(RaftMessageCodec.decode(content));
      case PROPOSE -> new Propose(NumberedCommand.decode(content, newestVersion));
      case REPORT -> new Report(content);
      case REFUSED -> refused(content);
      case STUCK -> new Stuck(new String(content, StandardCharsets.UTF_8));
      case AWAIT_SETTLED -> new AwaitSettled(index(content));
      case SETTLED -> new Settled(index(content));
      default -> throw in.malformed("its kind %d is unknown".formatted(kind));
    };
  }

  /** Index (8 bytes). */
  private static byte[] content(long index) {
    ByteWriter out = new ByteWriter(Long.BYTES);
    out.writeFixed64(index);
    return out.toBytes();
  }

  private static long index(byte[] content) {
    ByteReader in = new ByteReader("an index of the metadata group's log", content);
    long index = in.readFixed64();
    in.expectEnd();
    return index;
  }

  /** Origin (8 bytes), number (8), kind (1), the sentence. */
  private static byte[] content(Refused refused) {
    ByteWriter out = new ByteWriter();
    out.writeFixed64(refused.id().origin().value());
    out.writeFixed64(refused.id().number());
    out.writeByte(RefusalKindCodec.toByte(refused.kind()));
    out.writeRaw(Sentences.bounded(refused.why()).getBytes(StandardCharsets.UTF_8));
    return out.toBytes();
  }

  private static Refused refused(byte[] content) {
    ByteReader in = new ByteReader("a refusal of a command", content);
    CommandId id = new CommandId(new NodeId(in.readFixed64()), in.readFixed64());
    RefusalKind kind = RefusalKindCodec.read(in);
    return new Refused(id, kind, new String(in.readRest(), StandardCharsets.UTF_8));
  }
}
