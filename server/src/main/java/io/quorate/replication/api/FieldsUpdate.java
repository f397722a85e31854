package io.quorate.replication.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.version.FieldMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of the fields of a map, if they are as they must be.
 *
 * @param conditions one for each field
 * @param edits at least one; one for each field
 */
public record FieldsUpdate(List<Expected> conditions, List<Edit> edits) {
  /** Conditions of one update, and edits of one, at most. */
  public static final int EACH_MAX = FieldMap.FIELDS_MAX;

  /** What a field must have for the update to take effect. */
  public sealed interface Expected {
    /** The field. */
    String field();

    /** Bytes of a value that it must have. */
    default int valueBytes() {
      return 0;
    }
  }

  /** The map does not have the field. */
  public record Absent(String field) implements Expected {}

  /** The map has the field. */
  public record Present(String field) implements Expected {}

  /**
   * The field has this value.
   *
   * @param value not to be changed
   */
  public record Value(String field, byte[] value) implements Expected {
    @Override
    public int valueBytes() {
      return value.length;
    }
  }

  /**
   * What becomes of a field.
   *
   * @param value not to be changed; null: it is removed
   */
  public record Edit(String field, byte @Nullable [] value) {
    int valueBytes() {
      return value == null ? 0 : value.length;
    }
  }

  public FieldsUpdate {
    conditions = List.copyOf(conditions);
    edits = List.copyOf(edits);
  }

  /** Bytes of all names and values in it. */
  int bytes() {
    int bytes = 0;
    for (Expected each : conditions) {
      bytes += each.field().getBytes(UTF_8).length + each.valueBytes();
    }
    for (Edit each : edits) {
      bytes += each.field().getBytes(UTF_8).length + each.valueBytes();
    }
    return bytes;
  }

  /** Bytes that a map has, at least, of which the conditions hold, or which the edits have made. */
  int mapBytes() {
    int expected = FieldMap.EMPTY_BYTES;
    for (Expected each : conditions) {
      expected += each instanceof Absent ? 0 : FieldMap.bytesOf(each.field(), each.valueBytes());
    }
    int made = FieldMap.EMPTY_BYTES;
    for (Edit each : edits) {
      made += each.value() == null ? 0 : FieldMap.bytesOf(each.field(), each.valueBytes());
    }
    return Math.max(expected, made);
  }
}
