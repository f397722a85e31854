package io.quorate.transport.codec;

import static com.google.protobuf.CodedOutputStream.encodeZigZag64;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.RequestId;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.transport.codec.OperationCodec.InvalidOperationException;
import java.io.IOException;

/** {@code quorate.v1.IncrementRequest}. */
final class IncrementCodec {
  private static final int TENANT = 1;
  private static final int KEY = 2;
  private static final int BY = 3;
  private static final int MIN = 4;
  private static final int MAX = 5;
  private static final int REQUEST_ID = 6;
  private static final int STAMP = 7;
  private static final int FENCE_TOKEN = 8;
  private static final int ABOVE_HLC = 9;

  private static final int DELIMITED = 2;
  private static final int FIXED64 = 1;

  private IncrementCodec() {}

  /** Writes the fields of an IncrementRequest. */
  static void write(WireWriter out, Operation.Increment increment) {
    out.string(TENANT, increment.tenant());
    out.bytes(KEY, increment.key());
    out.varint(BY, encodeZigZag64(increment.by()));
    if (increment.min() != Long.MIN_VALUE) {
      out.presentVarint(MIN, encodeZigZag64(increment.min()));
    }
    if (increment.max() != Long.MAX_VALUE) {
      out.presentVarint(MAX, encodeZigZag64(increment.max()));
    }
    RequestIdCodec.write(out, REQUEST_ID, increment.requestId());
    StampCodec.write(out, STAMP, increment.stamp());
    out.varint(FENCE_TOKEN, increment.fenceToken());
    out.fixed64(ABOVE_HLC, increment.aboveHlc());
  }

  /** Reads the fields of an IncrementRequest up to the current limit. */
  static Operation read(CodedInputStream in, PassedOver passedOver)
      throws IOException, InvalidOperationException {
    String tenant = "";
    byte[] key = {};
    long by = 0;
    long min = Long.MIN_VALUE;
    long max = Long.MAX_VALUE;
    RequestId requestId = RequestId.NONE;
    WriteStamp stamp = null;
    long fenceToken = 0;
    long aboveHlc = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case TENANT << 3 | DELIMITED -> tenant = in.readStringRequireUtf8();
        case KEY << 3 | DELIMITED -> key = in.readByteArray();
        case BY << 3 -> by = in.readSInt64();
        case MIN << 3 -> min = in.readSInt64();
        case MAX << 3 -> max = in.readSInt64();
        case REQUEST_ID << 3 | DELIMITED -> requestId = RequestIdCodec.read(in, passedOver);
        case STAMP << 3 | DELIMITED -> stamp = StampCodec.read(in, passedOver);
        case FENCE_TOKEN << 3 -> fenceToken = in.readUInt64();
        case ABOVE_HLC << 3 | FIXED64 -> aboveHlc = in.readFixed64();
        default -> passedOver.add(in, tag, "IncrementRequest");
      }
    }
    OperationRules.checkKnown(passedOver);
    OperationRules.checkToken(fenceToken);
    if (min > max) {
      throw new InvalidOperationException(
          "min %d is above max %d, so that no sum is within them: give a min up to max"
              .formatted(min, max));
    }
    return new Operation.Increment(
        tenant, key, by, min, max, requestId, stamp, aboveHlc, fenceToken);
  }
}
