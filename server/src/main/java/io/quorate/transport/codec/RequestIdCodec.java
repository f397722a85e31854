package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.model.RequestId;
import java.io.IOException;

/** {@code quorate.v1.RequestId}. */
final class RequestIdCodec {
  private static final int HLC = 1;
  private static final int SESSION = 2;
  private static final int NUMBER = 3;

  private static final int FIXED64 = 1;

  private RequestIdCodec() {}

  static void write(WireWriter out, int field, RequestId id) {
    if (!id.equals(RequestId.NONE)) {
      long mark = out.begin(field, 30);
      out.fixed64(HLC, id.hlc());
      out.fixed64(SESSION, id.session());
      out.varint(NUMBER, id.number());
      out.end(mark);
    }
  }

  /** Reads a nested id whose tag was just read. */
  static RequestId read(CodedInputStream in, PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    long hlc = 0;
    long session = 0;
    long number = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case SESSION << 3 | FIXED64 -> session = in.readFixed64();
        case NUMBER << 3 -> number = in.readUInt64();
        default -> passedOver.add(in, tag, "RequestId");
      }
    }
    Wire.leave(in, outer);
    return new RequestId(hlc, session, number);
  }
}
