package io.quorate.version;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A small map of fields with names, which a linearizable key has as its value. Immutable.
 *
 * <p>Layout, big-endian, as clients read it, too (UpdateFieldsRequest in key_value.proto): the
 * bytes 00 51 46 and the number of the format, which begin no text; number of fields (2 bytes);
 * then for each the length of its name (2), its name in UTF-8, the length of its value (4), and its
 * value. Fields are in the order of the bytes of their names, so that equal maps have equal bytes.
 * A value that differs from that in any byte is no map.
 */
public final class FieldMap {
  /** Fields of one map, at most. */
  public static final int FIELDS_MAX = 1024;

  /** Bytes of a name in UTF-8, at most; it has one at least. */
  public static final int NAME_BYTES_MAX = 256;

  /** In the order of the bytes in UTF-8. Strings themselves are in that of UTF-16. */
  private static final Comparator<String> BY_BYTES =
      (one, other) -> Arrays.compareUnsigned(one.getBytes(UTF_8), other.getBytes(UTF_8));

  /** A map without fields. */
  public static final FieldMap EMPTY = new FieldMap(new TreeMap<>(BY_BYTES));

  private static final byte[] BEGINNING = {0, 'Q', 'F', (byte) ByteFormat.FIELD_MAP.only()};

  /** Bytes of the value that a map without fields is. */
  public static final int EMPTY_BYTES = BEGINNING.length + Short.BYTES;

  private static final int BYTES_PER_FIELD = Short.BYTES + Integer.BYTES;

  private final SortedMap<String, byte[]> fields;

  private FieldMap(SortedMap<String, byte[]> fields) {
    this.fields = fields;
  }

  /** Returns the map that a value is; null if it is another value. */
  public static @Nullable FieldMap of(byte[] value) {
    ByteBuffer in = ByteBuffer.wrap(value);
    if (in.remaining() < EMPTY_BYTES
        || !Arrays.equals(value, 0, BEGINNING.length, BEGINNING, 0, BEGINNING.length)) {
      return null;
    }
    in.position(BEGINNING.length);
    int count = in.getShort() & 0xFFFF;
    if (count > FIELDS_MAX) {
      return null;
    }
    TreeMap<String, byte[]> fields = new TreeMap<>(BY_BYTES);
    for (int i = 0; i < count; i++) {
      String name = readName(in);
      byte[] bytes = name == null ? null : readValue(in);
      if (bytes == null || (!fields.isEmpty() && BY_BYTES.compare(fields.lastKey(), name) >= 0)) {
        return null;
      }
      fields.put(name, bytes);
    }
    return in.hasRemaining() ? null : new FieldMap(fields);
  }

  private static @Nullable String readName(ByteBuffer in) {
    int length = in.remaining() < Short.BYTES ? 0 : in.getShort() & 0xFFFF;
    if (length == 0 || length > NAME_BYTES_MAX || length > in.remaining()) {
      return null;
    }
    ByteBuffer name = in.slice(in.position(), length);
    in.position(in.position() + length);
    try {
      return UTF_8.newDecoder().decode(name).toString();
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  private static byte @Nullable [] readValue(ByteBuffer in) {
    int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
    if (length < 0 || length > in.remaining()) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  /** Bytes by which a map is larger that has a field, too. */
  public static int bytesOf(String name, int valueBytes) {
    return BYTES_PER_FIELD + name.getBytes(UTF_8).length + valueBytes;
  }

  /** The value of a field, not to be changed; null if there is no such field. */
  public byte @Nullable [] get(String name) {
    return fields.get(name);
  }

  /** The fields in their order, whose values are not to be changed. */
  public SortedMap<String, byte[]> fields() {
    return Collections.unmodifiableSortedMap(fields);
  }

  /**
   * The map with other values of some fields.
   *
   * @param values by name; a field that has null here is not in the map that is returned
   */
  public FieldMap with(SortedMap<String, byte @Nullable []> values) {
    TreeMap<String, byte[]> next = new TreeMap<>(fields);
    values.forEach(
        (name, value) -> {
          if (value == null) {
            next.remove(name);
          } else {
            next.put(name, value);
          }
        });
    return new FieldMap(next);
  }

  /** Bytes of the value that the map is. */
  public long bytes() {
    long bytes = EMPTY_BYTES;
    for (var field : fields.entrySet()) {
      bytes += bytesOf(field.getKey(), field.getValue().length);
    }
    return bytes;
  }

  /** The value that the map is. */
  public byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(bytes()));
    out.put(BEGINNING).putShort((short) fields.size());
    fields.forEach(
        (name, value) -> {
          byte[] encoded = name.getBytes(UTF_8);
          out.putShort((short) encoded.length).put(encoded).putInt(value.length).put(value);
        });
    return out.array();
  }
}
