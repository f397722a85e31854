package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.Asked;
import io.quorate.replication.message.ReplicaMessage.NotUnderstood;
import io.quorate.replication.message.ReplicaMessage.UnknownReply;
import io.quorate.replication.message.ReplicaMessage.UnknownRequest;
import java.io.IOException;

/**
 * Messages that only a newer version knows. By the rules in {@code peering.proto}, the number of a
 * kind says whether it is a request, and the id of a request is its first field.
 */
final class UnknownMessages {
  /** Of no message, and never to be of one: stands for what a newer version may say. */
  private static final int UNKNOWN_FIELD = 1_000;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final int TAG_TYPE_BITS = 3;
  private static final int TAG_TYPE_MASK = 7;

  private UnknownMessages() {}

  /**
   * Returns what is said by a message whose tag was read before {@code start}.
   *
   * @param end of the PeerMessage that it is part of
   * @throws InvalidProtocolBufferException if it is no message
   */
  static ReplicaMessage of(int tag, byte[] frame, int start, int end)
      throws InvalidProtocolBufferException {
    int kind = tag >>> TAG_TYPE_BITS;
    if ((tag & TAG_TYPE_MASK) != DELIMITED) {
      throw new InvalidProtocolBufferException("kind " + kind + " is no message");
    }
    long id = id(frame, start, end);
    return isRequest(kind)
        ? new UnknownRequest(id, kind, asked(kind))
        : new UnknownReply(id, kind, asked(kind));
  }

  /** Nothing else of it is looked at: it may be anything. */
  private static long id(byte[] frame, int start, int end) {
    CodedInputStream in = CodedInputStream.newInstance(frame, start, end - start);
    try {
      int unused = Wire.enter(in);
      return in.readTag() == (PeerFields.ID << TAG_TYPE_BITS | FIXED64) ? in.readFixed64() : 0;
    } catch (IOException e) {
      return 0;
    }
  }

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

  /** For tests and simulations, in which nodes of this version speak as newer ones. */
  static void write(WireWriter out, long id) {
    out.fixed64(PeerFields.ID, id);
    out.presentVarint(UNKNOWN_FIELD, 1);
  }

  private static boolean isRequest(int kind) {
    return kind % 2 == 1;
  }

  /** What a request of a kind asks for, or an answer of a kind answers. */
  private static Asked asked(int kind) {
    return switch (kind) {
      case PeerFields.WRITE_RECORD, PeerFields.WRITE_REPLY -> Asked.WRITE;
      case PeerFields.WRITE_RECORDS, PeerFields.WRITE_RECORDS_REPLY -> Asked.WRITE_RECORDS;
      case PeerFields.READ_RECORD, PeerFields.READ_REPLY -> Asked.READ;
      case PeerFields.READ_RANGE, PeerFields.READ_RECORDS, PeerFields.RANGE_REPLY ->
          Asked.READ_RANGE;
      case PeerFields.COMPARE_TREE, PeerFields.TREE_REPLY -> Asked.COMPARE_TREE;
      case PeerFields.READ_VERSIONS, PeerFields.VERSIONS_REPLY -> Asked.READ_VERSIONS;
      case PeerFields.FORWARD, PeerFields.FORWARDED -> Asked.FORWARD;
      default -> Asked.OTHER;
    };
  }
}
