package io.quorate.transport.codec;

import com.google.protobuf.CodedInputStream;
import io.quorate.placement.ReadRepair;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@code quorate.v1.ReadRepair}. */
public final class ReadRepairCodec {
  private static final int MODE = 1;
  private static final int BACKGROUND_PERCENT = 2;

  private ReadRepairCodec() {}

  public static int number(ReadRepair.Mode mode) {
    return switch (mode) {
      case BLOCKING -> 1;
      case EVERYONE -> 2;
      case BACKGROUND -> 3;
      case OFF -> 4;
    };
  }

  static void write(WireWriter out, int field, ReadRepair repair) {
    long mark = out.begin(field, 4);
    out.uint32(MODE, number(repair.mode()));
    out.uint32(BACKGROUND_PERCENT, repair.backgroundPercent());
    out.end(mark);
  }

  /** Reads a nested message whose tag was just read. */
  static Field read(CodedInputStream in, PassedOver passedOver) throws IOException {
    int outer = Wire.enter(in);
    int mode = 0;
    int percent = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case MODE << 3 -> mode = in.readInt32();
        case BACKGROUND_PERCENT << 3 -> percent = in.readUInt32();
        default -> passedOver.add(in, tag, "ReadRepair");
      }
    }
    Wire.leave(in, outer);
    return new Field(mode, percent);
  }

  /** A read repair as it stands on the wire, which may be one that this server does not know. */
  public record Field(int mode, int percent) {
    static final Field UNSET = new Field(0, 0);

    /**
     * Returns the read repair; null if none is set.
     *
     * @throws IllegalArgumentException if this server does not know it; the message says why
     */
    public @Nullable ReadRepair valid() {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException(
            "background_percent "
                + Integer.toUnsignedString(percent)
                + " is no share of 100 reads: give 0 to 100");
      }
      return switch (mode) {
        case 0 -> null;
        case 1 -> ReadRepair.BLOCKING;
        case 2 -> ReadRepair.EVERYONE;
        case 3 -> ReadRepair.background(percent);
        case 4 -> ReadRepair.OFF;
        default ->
            throw new IllegalArgumentException(
                "read repair mode " + mode + " is not known to this server");
      };
    }
  }
}
