package io.quorate.version;

import com.google.protobuf.ByteString;
import io.quorate.fuzz.DecoderTarget;
import io.quorate.fuzz.FuzzTarget;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Any value may be put where a map of fields is expected. */
public final class FieldMapTarget {
  private FieldMapTarget() {}

  /** What is a map must have these bytes and no others. */
  public static FuzzTarget create() {
    return new DecoderTarget<>(
        "field-map",
        FieldMapTarget::sample,
        bytes -> {
          FieldMap map = FieldMap.of(bytes);
          if (map != null
              && !ByteString.copyFrom(map.toBytes()).equals(ByteString.copyFrom(bytes))) {
            throw new AssertionError("has other bytes: " + map.fields().keySet());
          }
          return ByteString.copyFrom(bytes);
        },
        ByteString::toByteArray,
        List.of());
  }

  private static byte[] sample(SplittableRandom random) {
    TreeMap<String, byte @Nullable []> fields = new TreeMap<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      byte[] value = new byte[random.nextInt(9)];
      random.nextBytes(value);
      fields.put("f" + random.nextInt(20), value);
    }
    return FieldMap.EMPTY.with(fields).toBytes();
  }
}
