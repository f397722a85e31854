package io.quorate.transport.codec;

import io.quorate.placement.ReadRepair;
import org.jspecify.annotations.Nullable;

/** Modes of read repair by the numbers of {@code quorate.v1.GetRequest.Repair}. */
final class ReadRepairCodec {
  private ReadRepairCodec() {}

  static int number(ReadRepair.Mode mode) {
    return switch (mode) {
      case BLOCKING -> 1;
      case EVERYONE -> 2;
      case BACKGROUND -> 3;
      case OFF -> 4;
    };
  }

  /**
   * The read repair of these numbers; null if none is said.
   *
   * @throws IllegalArgumentException if they are not known here; the message says what is
   */
  static @Nullable ReadRepair of(int mode, int percent) {
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
          throw new IllegalArgumentException("repair " + mode + " is not known to this server");
    };
  }
}
