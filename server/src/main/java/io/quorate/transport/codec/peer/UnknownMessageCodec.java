package io.quorate.transport.codec.peer;

import com.google.protobuf.CodedInputStream;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import java.io.IOException;

/**
 * Messages that only a newer version knows. By the rules in {@code peering.proto}, the number of a
 * kind tells a request from an answer, and the id of a request is the first field of both.
 */
final class UnknownMessageCodec {
  /** A field that no message has or will have. It stands for the fields of newer versions. */
  private static final int UNKNOWN_FIELD = 1_000;

  private static final int FIXED64 = 1;
  private static final int TAG_TYPE_BITS = 3;

  private UnknownMessageCodec() {}

  /**
   * Returns what this version can tell of a message that it does not know.
   *
   * @param start where its length stands in the frame, after its tag
   * @param end where the PeerMessage around it ends
   */
  static ReplicaMessage of(int tag, byte[] frame, int start, int end) {
    int kind = tag >>> TAG_TYPE_BITS;
    long id = id(frame, start, end);
    return isRequest(kind)
        ? new UnknownRequest(id, kind, asked(kind))
        : new UnknownReply(id, kind, asked(kind));
  }

  /** Reads the first field only, for the others may be anything. Returns 0 if it is no id. */
  private static long id(byte[] frame, int start, int end) {
    CodedInputStream in = CodedInputStream.newInstance(frame, start, end - start);
    try {
      int unused = Wire.enter(in);
      return in.readTag() == (PeerFields.ID << TAG_TYPE_BITS | FIXED64) ? in.readFixed64() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Reads a nested NotUnderstood whose tag was just read. */
  static NotUnderstood notUnderstood(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    int kind = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case PeerFields.ID << TAG_TYPE_BITS | FIXED64 -> id = in.readFixed64();
        case PeerFields.NOT_UNDERSTOOD_KIND << TAG_TYPE_BITS -> kind = in.readUInt32();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new NotUnderstood(id, kind, isRequest(kind) ? asked(kind) : Asked.OTHER);
  }

  /** Writes a message as a newer version might. Only tests and simulations send such messages. */
  static void write(WireWriter out, long id) {
    out.fixed64(PeerFields.ID, id);
    out.presentVarint(UNKNOWN_FIELD, 1);
  }

  private static boolean isRequest(int kind) {
    return kind % 2 == 1;
  }

  /** Returns what a request of a kind asks for, or what an answer of a kind answers. */
  private static Asked asked(int kind) {
    return switch (kind) {
      case PeerFields.WRITE_RECORD, PeerFields.WRITE_REPLY, PeerFields.RELAY_WRITE -> Asked.WRITE;
      // A RelayedWrite is of no operation of its sender: the id is another node's.
      case PeerFields.RELAYED_WRITE -> Asked.OTHER;
      case PeerFields.WRITE_RECORDS, PeerFields.WRITE_RECORDS_REPLY -> Asked.WRITE_RECORDS;
      case PeerFields.READ_RECORD, PeerFields.READ_REPLY -> Asked.READ;
      case PeerFields.READ_RANGE,
          PeerFields.READ_BOUNDED_RANGE,
          PeerFields.READ_RECORDS,
          PeerFields.READ_IMAGE,
          PeerFields.READ_HISTORY,
          PeerFields.RANGE_REPLY ->
          Asked.READ_RANGE;
      case PeerFields.COMPARE_TREE, PeerFields.TREE_REPLY -> Asked.COMPARE_TREE;
      case PeerFields.READ_VERSIONS, PeerFields.VERSIONS_REPLY -> Asked.READ_VERSIONS;
      case PeerFields.PROBE_VERSION, PeerFields.PROBE_REPLY -> Asked.PROBE;
      case PeerFields.PREPARE_BALLOT, PeerFields.PREPARE_REPLY -> Asked.PREPARE;
      case PeerFields.FORWARD, PeerFields.FORWARDED -> Asked.FORWARD;
      default -> Asked.OTHER;
    };
  }
}
