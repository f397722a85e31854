package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.placement.ReadRepair;
import org.jspecify.annotations.Nullable;

/** Modes of read repair as bytes: a number for each, kept for ever, and a share for one of them. */
final class ReadRepairCodec {
  private static final int NONE = 0;
  private static final int BLOCKING = 1;
  private static final int EVERYONE = 2;
  private static final int BACKGROUND = 3;
  private static final int OFF = 4;

  private ReadRepairCodec() {}

  static void write(ByteWriter out, @Nullable ReadRepair repair) {
    if (repair == null) {
      out.writeByte(NONE);
      return;
    }
    switch (repair.mode()) {
      case BLOCKING -> out.writeByte(BLOCKING);
      case EVERYONE -> out.writeByte(EVERYONE);
      case BACKGROUND -> {
        out.writeByte(BACKGROUND);
        out.writeByte(repair.backgroundPercent());
      }
      case OFF -> out.writeByte(OFF);
    }
  }

  static @Nullable ReadRepair readOptional(ByteReader in) {
    int mode = in.readByte();
    return switch (mode) {
      case NONE -> null;
      case BLOCKING -> ReadRepair.BLOCKING;
      case EVERYONE -> ReadRepair.EVERYONE;
      case BACKGROUND -> ReadRepair.background(in.readByte());
      case OFF -> ReadRepair.OFF;
      default -> throw in.malformed("unknown mode of read repair " + mode);
    };
  }
}
