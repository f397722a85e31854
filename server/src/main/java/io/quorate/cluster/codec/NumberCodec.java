package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/** Numbers that may be absent, as bytes: a mark, and the number if there is one. */
final class NumberCodec {
  private NumberCodec() {}

  static void write(ByteWriter out, @Nullable Long number) {
    out.writeByte(number == null ? 0 : 1);
    if (number != null) {
      out.writeVarint(number);
    }
  }

  static @Nullable Long readOptional(ByteReader in) {
    int present = in.readByte();
    return switch (present) {
      case 0 -> null;
      case 1 -> in.readVarint();
      default -> throw in.malformed("a mark that is neither 0 nor 1: " + present);
    };
  }
}
