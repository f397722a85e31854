package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.replication.api.Siblings;
import io.quorate.version.Version;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.Sibling}. */
final class SiblingsCodec {
  private static final int VALUE = 1;
  private static final int VERSION = 2;
  private static final int EXPIRES_AT_MS = 3;

  /** Bytes of a sibling beside its value, at most. */
  private static final int OVERHEAD_BYTES = VersionCodec.BYTES_MAX + 30;

  private static final int DELIMITED = 2;

  private SiblingsCodec() {}

  /** Bytes that all of them take, at most. */
  static int bytesMax(Siblings found) {
    int bytes = 0;
    for (Siblings.Value each : found.live()) {
      bytes += OVERHEAD_BYTES + each.value().length;
    }
    return bytes;
  }

  static void write(WireWriter out, int field, Siblings found) {
    for (Siblings.Value each : found.live()) {
      long mark = out.begin(field, OVERHEAD_BYTES + each.value().length);
      out.bytes(VALUE, each.value());
      VersionCodec.write(out, VERSION, each.version());
      out.varint(EXPIRES_AT_MS, each.expiresAtMillis());
      out.end(mark);
    }
  }

  /** Reads one whose tag was just read. */
  static Siblings.Value read(CodedInputStream in) throws IOException {
    int outer = Wire.enter(in);
    byte[] value = {};
    @Nullable Version version = null;
    long expiresAtMillis = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case VALUE << 3 | DELIMITED -> value = in.readByteArray();
        case VERSION << 3 | DELIMITED -> version = VersionCodec.read(in);
        case EXPIRES_AT_MS << 3 -> expiresAtMillis = in.readUInt64();
        default -> Wire.skip(in, tag);
      }
    }
    Wire.leave(in, outer);
    return new Siblings.Value(
        Wire.understood(version, "a sibling without version"), expiresAtMillis, value);
  }
}
