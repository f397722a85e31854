package io.quorate.client.internal.kv;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a map of fields lies in the value of a linearizable key, as UpdateFieldsRequest in
 * key_value.proto says.
 */
final class FieldMapLayout {
  private static final byte[] BEGINNING = {0, 'Q', 'F', 1};
  private static final int FIELDS_MAX = 1024;
  private static final int NAME_BYTES_MAX = 256;

  private FieldMapLayout() {}

  /**
   * Returns the fields in their order.
   *
   * @throws IllegalArgumentException the value is no map
   */
  static Map<String, byte[]> read(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    byte[] beginning = take(in, Math.min(BEGINNING.length, value.length));
    if (!Arrays.equals(beginning, BEGINNING)) {
      throw new IllegalArgumentException("it is no map of fields");
    }
    int count = take(in, Short.BYTES, FIELDS_MAX);
    Map<String, byte[]> fields = new LinkedHashMap<>();
    byte[] last = {};
    for (int i = 0; i < count; i++) {
      byte[] name = take(in, take(in, Short.BYTES, NAME_BYTES_MAX));
      if (Arrays.compareUnsigned(last, name) >= 0) {
        throw damaged();
      }
      last = name;
      fields.put(text(name), take(in, take(in, Integer.BYTES, Integer.MAX_VALUE)));
    }
    if (in.hasRemaining()) {
      throw damaged();
    }
    return fields;
  }

  /** A number of 2 or 4 bytes, up to a limit. */
  private static int take(ByteBuffer in, int bytes, int max) {
    if (in.remaining() < bytes) {
      throw damaged();
    }
    int number = bytes == Short.BYTES ? in.getShort() & 0xFFFF : in.getInt();
    if (number < 0 || number > max) {
      throw damaged();
    }
    return number;
  }

  private static byte[] take(ByteBuffer in, int bytes) {
    if (in.remaining() < bytes) {
      throw damaged();
    }
    byte[] taken = new byte[bytes];
    in.get(taken);
    return taken;
  }

  private static String text(byte[] name) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw damaged();
    }
  }

  private static IllegalArgumentException damaged() {
    return new IllegalArgumentException(
        "it begins as a map of fields does, but the rest is malformed");
  }
}
