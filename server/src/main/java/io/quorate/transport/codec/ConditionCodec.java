package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.replication.api.Condition;
import io.quorate.version.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Condition}. */
final class ConditionCodec {
  private static final int ABSENT = 1;
  private static final int VALUE = 2;
  private static final int VERSION = 3;

  private static final int DELIMITED = 2;

  private ConditionCodec() {}

  static void write(WireWriter out, int field, @Nullable Condition condition) {
    if (condition == null) {
      return;
    }
    long mark = out.begin(field, condition.valueBytes() + VersionCodec.BYTES_MAX + 10);
    switch (condition) {
      case Condition.Absent absent -> out.bool(ABSENT, true);
      case Condition.Value(byte[] value) -> out.presentBytes(VALUE, value);
      case Condition.Of(Version version) -> VersionCodec.write(out, VERSION, version);
    }
    out.end(mark);
  }

  /**
   * Reads a nested condition whose tag was just read.
   *
   * @return null if it says nothing that makes sense: no write may be taken for one without
   */
  static @Nullable Condition read(CodedInputStream in, PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    Condition condition = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case ABSENT << 3 -> condition = in.readBool() ? new Condition.Absent() : null;
        case VALUE << 3 | DELIMITED -> condition = new Condition.Value(in.readByteArray());
        case VERSION << 3 | DELIMITED -> {
          try {
            condition = new Condition.Of(VersionCodec.read(in, passedOver));
          } catch (IllegalArgumentException none) {
            condition = null;
          }
        }
        default -> passedOver.add(in, tag, "Condition");
      }
    }
    Wire.leave(in, outer);
    return condition;
  }
}
