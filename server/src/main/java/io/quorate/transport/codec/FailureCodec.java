package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.NodeId;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Failure.Code;
import io.quorate.replication.api.Failure.Reason;
import io.quorate.version.FieldMap;
import java.io.IOException;
import java.util.List;

/** {@code quorate.v1.Failure}. */
final class FailureCodec {
  private static final int REASON = 1;
  private static final int MESSAGE = 2;
  private static final int MAY_HAVE_APPLIED = 3;
  private static final int RETRY_AFTER_MS = 4;
  private static final int PARTITION = 5;
  private static final int NEEDED = 6;
  private static final int ANSWERED = 7;
  private static final int DECIDED = 8;
  private static final int ABOVE_HLC = 9;
  private static final int FENCE = 10;
  private static final int FIELD = 11;
  private static final int CODE = 12;
  private static final int TENANT_ID = 13;

  /** Replicas that are named; more would make the trailers of a call too long. */
  private static final int ANSWERED_MAX = 64;

  /** Bytes of a failure beside its message, at most, give or take. */
  static final int BYTES_MAX = ANSWERED_MAX * Long.BYTES + 100 + FieldMap.NAME_BYTES_MAX;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private FailureCodec() {}

  static void write(WireWriter out, Failure failure) {
    write(out, failure, failure.message());
  }

  /** Writes a failure with this message instead of its own. */
  static void write(WireWriter out, Failure failure, String message) {
    out.varint(REASON, wireNumber(failure.reason()));
    out.string(MESSAGE, message);
    out.bool(MAY_HAVE_APPLIED, failure.mayHaveApplied());
    out.uint32(RETRY_AFTER_MS, failure.retryAfterMillis());
    if (failure.partition() != Failure.NO_PARTITION) {
      out.presentVarint(PARTITION, failure.partition());
    }
    out.uint32(NEEDED, failure.needed());
    List<NodeId> answered = failure.answered();
    OutcomeCodec.writeNodes(
        out, ANSWERED, answered.subList(0, Math.min(answered.size(), ANSWERED_MAX)));
    out.bool(DECIDED, failure.decided());
    out.fixed64(ABOVE_HLC, failure.aboveHlc());
    out.varint(FENCE, failure.fence());
    out.string(FIELD, failure.field());
    out.varint(CODE, wireNumber(failure.code()));
    out.uint32(TENANT_ID, failure.tenantId());
  }

  /** Reads a nested failure whose tag was just read. */
  static Failure read(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    Reason reason = null;
    // Of no reason that matters: one that was not read is not understood, below.
    Failure.Builder failure = Failure.builder(Reason.INTERNAL, "");
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case REASON << 3 -> reason = reason(in.readInt32());
        case MESSAGE << 3 | DELIMITED -> failure.message(in.readStringRequireUtf8());
        case MAY_HAVE_APPLIED << 3 -> failure.mayHaveApplied(in.readBool());
        case RETRY_AFTER_MS << 3 -> failure.retryAfterMillis(in.readUInt32());
        case PARTITION << 3 -> failure.partition(in.readUInt32());
        case NEEDED << 3 -> failure.needed(in.readUInt32());
        case ANSWERED << 3 | DELIMITED -> failure.answered(OutcomeCodec.readNodes(in));
        case DECIDED << 3 -> failure.decided(in.readBool());
        case ABOVE_HLC << 3 | FIXED64 -> failure.aboveHlc(in.readFixed64());
        case FENCE << 3 -> failure.fence(in.readUInt64());
        case FIELD << 3 | DELIMITED -> failure.field(in.readStringRequireUtf8());
        case CODE << 3 -> failure.code(code(in.readInt32()));
        case TENANT_ID << 3 -> failure.tenantId(in.readUInt32());
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return failure.reason(Wire.understood(reason, "a failure without reason")).build();
  }

  private static int wireNumber(Reason reason) {
    return switch (reason) {
      case INVALID -> 1;
      case UNKNOWN_TENANT -> 2;
      case UNAVAILABLE -> 3;
      case DEADLINE_EXCEEDED -> 4;
      case OVERLOADED -> 5;
      case NOT_SERVING -> 6;
      case INTERNAL -> 7;
      case OUTCOME_UNKNOWN -> 8;
      case FAILED_PRECONDITION -> 9;
      case STAMP_TOO_LOW -> 10;
      case TOO_MANY_SIBLINGS -> 11;
      case KEY_TOO_LARGE -> 12;
      case CONDITION_FAILED -> 13;
      case FENCED -> 14;
      case PERMISSION_DENIED -> 15;
      case UNAUTHENTICATED -> 16;
    };
  }

  static int wireNumber(Code code) {
    return switch (code) {
      case NONE -> 0;
      case NOT_JOINED -> 1;
      case NO_HISTORY -> 2;
      case BEFORE_HISTORY -> 3;
      case OTHER_CUT -> 4;
    };
  }

  /** One that a later release knows is none here: the reason and the message say enough. */
  private static Code code(int number) {
    return switch (number) {
      case 1 -> Code.NOT_JOINED;
      case 2 -> Code.NO_HISTORY;
      case 3 -> Code.BEFORE_HISTORY;
      case 4 -> Code.OTHER_CUT;
      default -> Code.NONE;
    };
  }

  /** Only of operations on keys, which do not fail with {@link Reason#FAILED_PRECONDITION}. */
  private static Reason reason(int number) throws NotUnderstoodException {
    return switch (number) {
      case 1 -> Reason.INVALID;
      case 2 -> Reason.UNKNOWN_TENANT;
      case 3 -> Reason.UNAVAILABLE;
      case 4 -> Reason.DEADLINE_EXCEEDED;
      case 5 -> Reason.OVERLOADED;
      case 6 -> Reason.NOT_SERVING;
      case 7 -> Reason.INTERNAL;
      case 8 -> Reason.OUTCOME_UNKNOWN;
      case 10 -> Reason.STAMP_TOO_LOW;
      case 11 -> Reason.TOO_MANY_SIBLINGS;
      case 12 -> Reason.KEY_TOO_LARGE;
      case 13 -> Reason.CONDITION_FAILED;
      case 14 -> Reason.FENCED;
      case 15 -> Reason.PERMISSION_DENIED;
      case 16 -> Reason.UNAUTHENTICATED;
      default -> throw new NotUnderstoodException("a failure of reason " + number);
    };
  }
}
