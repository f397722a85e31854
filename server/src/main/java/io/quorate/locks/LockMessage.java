package io.quorate.locks;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.bytes.MalformedBytesException;
import io.quorate.raft.RaftMessage;
import io.quorate.raft.RaftMessageCodec;

/**
 * What nodes say to each other about locks. These messages go the same way as those of the metadata
 * group, and begin with a byte that none of them begins with.
 */
public sealed interface LockMessage {
  /** One message of Raft. */
  record Raft(RaftMessage message) implements LockMessage {}

  /** A request for the leader, which answers it under its id. */
  record Request(long id, LockRequest request) implements LockMessage {}

  record Answer(long id, LockAnswer answer) implements LockMessage {}

  /** The asker of a request to acquire has given it up. */
  record Withdrawn(long id, String name, String owner) implements LockMessage {}

  /** The first byte of all of them: number of the group. */
  int GROUP = 26;

  int RAFT = 1;
  int REQUEST = 2;
  int ANSWER = 3;
  int WITHDRAWN = 4;

  /** Whether bytes that came from another node are a message about locks. */
  static boolean is(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == GROUP;
  }

  /** The group (1 byte), kind (1 byte), then its parts. */
  default byte[] encode() {
    ByteWriter out = new ByteWriter();
    out.writeByte(GROUP);
    switch (this) {
      case Raft raft -> {
        out.writeByte(RAFT);
        out.writeRaw(RaftMessageCodec.encode(raft.message()));
      }
      case Request request -> {
        out.writeByte(REQUEST);
        out.writeFixed64(request.id());
        request.request().writeTo(out);
      }
      case Answer answer -> {
        out.writeByte(ANSWER);
        out.writeFixed64(answer.id());
        answer.answer().writeTo(out);
      }
      case Withdrawn withdrawn -> {
        out.writeByte(WITHDRAWN);
        out.writeFixed64(withdrawn.id());
        out.writeString(withdrawn.name());
        out.writeString(withdrawn.owner());
      }
    }
    return out.toBytes();
  }

  /**
   * @throws MalformedBytesException if it is not what {@link #encode} writes; says why
   */
  static LockMessage decode(byte[] bytes) {
    ByteReader in = new ByteReader("a message about locks", bytes);
    if (in.readByte() != GROUP) {
      throw in.malformed("it is of another group");
    }
    int kind = in.readByte();
    if (kind == RAFT) {
      return new Raft(RaftMessageCodec.decode(in.readRest()));
    }
    LockMessage message =
        switch (kind) {
          case REQUEST -> new Request(in.readFixed64(), LockRequest.read(in));
          case ANSWER -> new Answer(in.readFixed64(), LockAnswer.read(in));
          case WITHDRAWN -> new Withdrawn(in.readFixed64(), in.readString(), in.readString());
          default -> throw in.malformed("its kind %d is unknown".formatted(kind));
        };
    in.expectEnd();
    return message;
  }
}
