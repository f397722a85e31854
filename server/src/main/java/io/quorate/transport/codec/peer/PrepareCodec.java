package io.quorate.transport.codec.peer;

import static io.quorate.transport.codec.peer.PeerFields.*;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.Key;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.FenceForgotten;
import io.quorate.replication.message.ReplicaMessage.Mark;
import io.quorate.replication.message.ReplicaMessage.Prepare;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.PrepareReply;
import io.quorate.replication.message.ReplicaMessage.Promised;
import io.quorate.replication.message.ReplicaMessage.PromisedHigher;
import io.quorate.replication.message.ReplicaMessage.Refused;
import io.quorate.replication.message.ReplicaMessage.StaleEpoch;
import io.quorate.transport.codec.NotUnderstoodException;
import io.quorate.transport.codec.VersionCodec;
import io.quorate.transport.codec.Wire;
import io.quorate.transport.codec.WireWriter;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;

/** The question whether a replica accepts nothing below a ballot, and its answer. */
final class PrepareCodec {
  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private PrepareCodec() {}

  /** About how long a question gets, beside what all messages have. */
  static int bytesMax(Prepare prepare) {
    return prepare.key().bytes().length + VersionCodec.BYTES_MAX;
  }

  /** About how long an answer gets, beside what all messages have. */
  static int bytesMax(PrepareReply reply) {
    return reply.outcome() instanceof Promised(Record accepted) && accepted != null
        ? accepted.bytes().length
        : 0;
  }

  static void write(WireWriter out, Prepare prepare) {
    PeerMessageWriter.address(out, prepare, prepare.key().tenant());
    out.bytes(KEY, prepare.key().bytes());
    VersionCodec.write(out, PREPARE_BALLOT_BALLOT, prepare.ballot());
    out.varint(
        PREPARE_BALLOT_MARK,
        switch (prepare.mark()) {
          case NONE -> 0;
          case UNASKED -> MARK_UNASKED;
          case HELD -> MARK_HELD;
        });
    out.uint32(TIMEOUT_MS, prepare.timeoutMillis());
  }

  static ReplicaMessage prepare(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    RequestHead head = new RequestHead();
    byte[] key = NO_BYTES;
    Version ballot = null;
    Mark asked = Mark.NONE;
    int timeoutMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case PREPARE_BALLOT_BALLOT << 3 | DELIMITED -> ballot = VersionCodec.read(in);
        case PREPARE_BALLOT_MARK << 3 -> asked = mark(in.readInt32());
        case TIMEOUT_MS << 3 -> timeoutMillis = in.readUInt32();
        default -> head.readOrSkip(tag, in);
      }
    }
    Wire.leave(in, outer);
    return new Prepare(
        head.id(),
        head.partition(),
        head.epoch(),
        new Key(head.tenant(), key),
        Wire.understood(ballot, "a PrepareBallot without ballot"),
        asked,
        timeoutMillis);
  }

  private static Mark mark(int number) throws NotUnderstoodException {
    return switch (number) {
      case 0 -> Mark.NONE;
      case MARK_UNASKED -> Mark.UNASKED;
      case MARK_HELD -> Mark.HELD;
      default -> throw new NotUnderstoodException("a PrepareBallot with mark " + number);
    };
  }

  static void write(WireWriter out, PrepareReply reply) {
    out.fixed64(ID, reply.id());
    out.fixed64(HLC, reply.hlc());
    switch (reply.outcome()) {
      case Promised(Record accepted) -> {
        long mark = out.begin(PREPARE_REPLY_PROMISED, bytesMax(reply) + 10);
        if (accepted != null) {
          out.presentBytes(PROMISED_ACCEPTED, accepted.bytes());
        }
        out.end(mark);
      }
      case PromisedHigher(Version ballot) ->
          VersionCodec.write(out, PREPARE_REPLY_PROMISED_HIGHER, ballot);
      case StaleEpoch stale -> PeerMessageWriter.staleEpoch(out, PREPARE_REPLY_STALE_EPOCH, stale);
      case FenceForgotten forgotten -> PeerMessageWriter.empty(out, PREPARE_REPLY_FENCE_FORGOTTEN);
      case Refused refused -> out.presentString(PREPARE_REPLY_REFUSED, refused.reason());
    }
  }

  static ReplicaMessage prepareReply(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    long id = 0;
    long hlc = 0;
    PrepareOutcome outcome = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ID << 3 | FIXED64 -> id = in.readFixed64();
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case PREPARE_REPLY_PROMISED << 3 | DELIMITED -> outcome = promised(in);
        case PREPARE_REPLY_PROMISED_HIGHER << 3 | DELIMITED ->
            outcome = new PromisedHigher(VersionCodec.read(in));
        case PREPARE_REPLY_FENCE_FORGOTTEN << 3 | DELIMITED ->
            outcome = PeerMessageReader.empty(in, FenceForgotten.INSTANCE);
        case PREPARE_REPLY_STALE_EPOCH << 3 | DELIMITED ->
            outcome = PeerMessageReader.staleEpoch(in);
        case PREPARE_REPLY_REFUSED << 3 | DELIMITED ->
            outcome = new Refused(in.readStringRequireUtf8());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new PrepareReply(id, hlc, Wire.understood(outcome, "a PrepareReply without outcome"));
  }

  private static Promised promised(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    Record accepted = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case PROMISED_ACCEPTED << 3 | DELIMITED -> accepted = Wire.record(in);
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Promised(accepted);
  }
}
