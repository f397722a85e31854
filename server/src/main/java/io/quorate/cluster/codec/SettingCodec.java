package io.quorate.cluster.codec;

import io.quorate.bytes.ByteReader;
import io.quorate.bytes.ByteWriter;
import io.quorate.placement.SettingKind;
import io.quorate.placement.SettingKind.OfChoice;
import io.quorate.placement.SettingKind.OfLevel;
import io.quorate.placement.SettingKind.OfNumber;
import io.quorate.placement.SettingKind.OfReadRepair;
import org.jspecify.annotations.Nullable;

/**
 * Values of settings as bytes, by their kind. A value that may be missing begins with a byte that
 * is 0 if it is; of numbers this is a mark of its own, which is left out where there is a value.
 */
final class SettingCodec {
  private static final int NONE = 0;

  private SettingCodec() {}

  static <T> void write(ByteWriter out, SettingKind<T> kind, T value) {
    if (kind instanceof OfNumber number) {
      out.writeVarint(number.cast(value));
    } else {
      writeOptional(out, kind, value);
    }
  }

  static <T> T read(ByteReader in, SettingKind<T> kind) {
    T value = kind instanceof OfNumber ? kind.cast(in.readVarint()) : readOptional(in, kind);
    if (value == null) {
      throw in.malformed("a setting of a tenant is missing");
    }
    return value;
  }

  static <T> void writeOptional(ByteWriter out, SettingKind<T> kind, @Nullable T value) {
    switch (kind) {
      case OfLevel levels -> LevelCodec.write(out, value == null ? null : levels.cast(value));
      case OfReadRepair repairs ->
          ReadRepairCodec.write(out, value == null ? null : repairs.cast(value));
      case OfNumber numbers -> NumberCodec.write(out, value == null ? null : numbers.cast(value));
      case OfChoice<?> choice ->
          out.writeByte(value == null ? NONE : choice.values().indexOf(value) + 1);
    }
  }

  static <T> @Nullable T readOptional(ByteReader in, SettingKind<T> kind) {
    Object value =
        switch (kind) {
          case OfLevel levels -> LevelCodec.readOptional(in);
          case OfReadRepair repairs -> ReadRepairCodec.readOptional(in);
          case OfNumber numbers -> NumberCodec.readOptional(in);
          case OfChoice<?> choice -> readChoice(in, choice);
        };
    return value == null ? null : kind.cast(value);
  }

  private static @Nullable Object readChoice(ByteReader in, OfChoice<?> choice) {
    int number = in.readByte();
    if (number > choice.values().size()) {
      throw in.malformed("unknown %s %d".formatted(choice.type().getSimpleName(), number));
    }
    return number == NONE ? null : choice.values().get(number - 1);
  }
}
