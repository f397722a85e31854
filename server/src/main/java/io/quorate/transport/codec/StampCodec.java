package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.replication.api.WriteStamp;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.WriteStamp}. */
final class StampCodec {
  private static final int HLC = 1;
  private static final int EPOCH = 2;
  private static final int EXPIRES_AT_MS = 3;
  private static final int FIRST_ATTEMPT = 4;

  /** Bytes of a stamp, at most. */
  private static final int BYTES_MAX = 40;

  private static final int FIXED64 = 1;

  private StampCodec() {}

  static void write(WireWriter out, int field, @Nullable WriteStamp stamp) {
    if (stamp != null) {
      long mark = out.begin(field, BYTES_MAX);
      out.fixed64(HLC, stamp.hlc());
      out.varint(EPOCH, stamp.epoch());
      out.fixed64(EXPIRES_AT_MS, stamp.expiresAtMillis());
      out.bool(FIRST_ATTEMPT, stamp.firstAttempt());
      out.end(mark);
    }
  }

  /** Reads a nested stamp whose tag was just read. */
  static WriteStamp read(CodedInputStream in, PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    long hlc = 0;
    long epoch = 0;
    long expiresAtMillis = 0;
    boolean firstAttempt = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case HLC << 3 | FIXED64 -> hlc = in.readFixed64();
        case EPOCH << 3 -> epoch = in.readUInt64();
        case EXPIRES_AT_MS << 3 | FIXED64 -> expiresAtMillis = in.readFixed64();
        case FIRST_ATTEMPT << 3 -> firstAttempt = in.readBool();
        default -> passedOver.add(in, tag, "WriteStamp");
      }
    }
    Wire.leave(in, outer);
    return new WriteStamp(hlc, epoch, expiresAtMillis, firstAttempt);
  }
}
