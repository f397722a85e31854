package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.RequestId;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import java.io.IOException;

/** {@code quorate.v1.DeleteRequest}. */
final class DeleteCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int LEVEL = 3;
  private static final int REQUEST_ID = 4;
  private static final int STAMP = 5;
  private static final int CONTEXT = 6;
  private static final int CONDITION = 7;
  private static final int FENCE_TOKEN = 8;
  private static final int ABOVE_HLC = 11;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private DeleteCodec() {}

  /** Writes the fields of a DeleteRequest. */
  static void write(WireWriter out, Operation.Delete delete) {
    out.string(TENANT, delete.tenant());
    out.bytes(KEY, delete.key());
    LevelCodec.write(out, LEVEL, delete.level());
    RequestIdCodec.write(out, REQUEST_ID, delete.requestId());
    StampCodec.write(out, STAMP, delete.stamp());
    out.bytes(CONTEXT, delete.context());
    ConditionCodec.write(out, CONDITION, delete.condition());
    out.varint(FENCE_TOKEN, delete.fenceToken());
    out.fixed64(ABOVE_HLC, delete.aboveHlc());
  }

  /** Reads the fields of a DeleteRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    RequestId requestId = RequestId.NONE;
    WriteStamp stamp = null;
    byte[] context = NO_BYTES;
    long aboveHlc = 0;
    Condition condition = null;
    boolean asks = false;
    long fenceToken = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case CONDITION << 3 | DELIMITED -> {
          condition = ConditionCodec.read(in, passedOver);
          asks = true;
        }
        case FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        default -> passedOver.add(in, tag, "DeleteRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    OperationRules.checkCondition(asks, condition);
    OperationRules.checkToken(fenceToken);
    return new Operation.Delete(
        tenant, key, level.valid(), requestId, stamp, aboveHlc, context, condition, fenceToken);
  }
}
