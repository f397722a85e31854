package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.RequestId;
import io.quorate.replication.api.Condition;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import java.io.IOException;

/** {@code quorate.v1.PutRequest}. */
final class PutCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int VALUE = 3;
  private static final int LEVEL = 4;
  private static final int TTL_MS = 5;
  private static final int REQUEST_ID = 6;
  private static final int STAMP = 7;
  private static final int CONTEXT = 8;
  private static final int CONDITION = 9;
  private static final int FENCE_TOKEN = 10;
  private static final int ABOVE_HLC = 13;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final byte[] NO_BYTES = {};

  private PutCodec() {}

  /** Writes the fields of a PutRequest. */
  static void write(WireWriter out, Operation.Put put) {
    out.string(TENANT, put.tenant());
    out.bytes(KEY, put.key());
    out.bytes(VALUE, put.value());
    LevelCodec.write(out, LEVEL, put.level());
    out.varint(TTL_MS, put.ttlMillis());
    RequestIdCodec.write(out, REQUEST_ID, put.requestId());
    StampCodec.write(out, STAMP, put.stamp());
    out.bytes(CONTEXT, put.context());
    ConditionCodec.write(out, CONDITION, put.condition());
    out.varint(FENCE_TOKEN, put.fenceToken());
    out.fixed64(ABOVE_HLC, put.aboveHlc());
  }

  /** Reads the fields of a PutRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = NO_BYTES;
    byte[] value = NO_BYTES;
    LevelCodec.Field level = LevelCodec.Field.UNSET;
    long ttlMillis = 0;
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
        case VALUE << 3 | DELIMITED -> value = in.readByteArray();
        case LEVEL << 3 | DELIMITED -> level = LevelCodec.read(in, passedOver);
        case TTL_MS << 3 -> ttlMillis = in.readUInt64();
        case REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case CONTEXT << 3 | DELIMITED -> context = in.readByteArray();
        case CONDITION << 3 | DELIMITED -> {
          condition = ConditionCodec.read(in, passedOver);
          asks = true;
        }
        case FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        default -> passedOver.add(in, tag, "PutRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    OperationRules.checkCondition(asks, condition);
    OperationRules.checkToken(fenceToken);
    if (ttlMillis < 0) {
      throw new InvalidOperationException(
          "ttl_ms "
              + Long.toUnsignedString(ttlMillis)
              + " is more than time can hold: give at most "
              + Long.MAX_VALUE);
    }
    return new Operation.Put(
        tenant,
        key,
        value,
        level.valid(),
        ttlMillis,
        requestId,
        stamp,
        aboveHlc,
        context,
        condition,
        fenceToken);
  }
}
