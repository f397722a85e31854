package io.quorate.metadata;

import io.quorate.cluster.RefusalKind;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftMessageCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

  byte RAFT = 1;
  byte PROPOSE = 2;
  byte REPORT = 3;
  byte STUCK = 4;
  byte REFUSED = 5;

  /** Of a refusal, without its sentence. */
  int REFUSED_BYTES = 2 * Long.BYTES + 1;

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
        };
    byte[] bytes = new byte[1 + content.length];
    bytes[0] =
        switch (this) {
          case Raft raft -> RAFT;
          case Propose propose -> PROPOSE;
          case Report report -> REPORT;
          case Stuck stuck -> STUCK;
          case Refused refused -> REFUSED;
        };
    System.arraycopy(content, 0, bytes, 1, content.length);
    return bytes;
  }

  /** Reads what was written at any version that this code works at. */
  static MetadataMessage decode(byte[] bytes) {
    return decode(bytes, Release.NEWEST_VERSION);
  }

  /**
   * Reads what was written at versions up to this one.
   *
   * @throws RuntimeException if it is not what {@link #encode} writes; says why
   */
  static MetadataMessage decode(byte[] bytes, int newestVersion) {
    byte kind = bytes.length == 0 ? 0 : bytes[0];
    byte[] content = Arrays.copyOfRange(bytes, Math.min(1, bytes.length), bytes.length);
    return switch (kind) {
      case RAFT -> new Raft(RaftMessageCodec.decode(content));
      case PROPOSE -> new Propose(NumberedCommand.decode(content, newestVersion));
      case REPORT -> new Report(content);
      case REFUSED -> refused(content);
      case STUCK -> new Stuck(new String(content, StandardCharsets.UTF_8));
      default -> throw new IllegalArgumentException("metadata message of unknown kind " + kind);
    };
  }

  /** Origin (8 bytes), number (8), kind (1), the sentence. */
  private static byte[] content(Refused refused) {
    byte[] why = Sentences.bounded(refused.why()).getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(REFUSED_BYTES + why.length)
        .putLong(refused.id().origin().value())
        .putLong(refused.id().number())
        .put(RefusalKindCodec.toByte(refused.kind()))
        .put(why)
        .array();
  }

  private static Refused refused(byte[] content) {
    if (content.length < REFUSED_BYTES) {
      throw new IllegalArgumentException(
          "a refusal of %d bytes names no command".formatted(content.length));
    }
    ByteBuffer in = ByteBuffer.wrap(content);
    CommandId id = new CommandId(new NodeId(in.getLong()), in.getLong());
    RefusalKind kind = RefusalKindCodec.ofByte(in.get());
    return new Refused(id, kind, StandardCharsets.UTF_8.decode(in).toString());
  }
}
