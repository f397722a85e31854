package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on the fields of a linearizable key, and what becomes of fields if all of them hold:
 * what {@link Fields#update} carries out. Begin with {@link #EMPTY}; each method returns another
 * update, which has one condition or one edit more. Immutable.
 *
 * <p>Conditions look at the map as it is before the edits, and the order in which they are given
 * does not matter, except that a failure names the first one that does not hold. An update has at
 * most one condition and one edit for each field, and at most 1024 of each in all. Names of fields
 * have 1 to 256 bytes in UTF-8. Values are bytes, or text that is kept as UTF-8; arrays are not
 * copied.
 *
 * <p>What cannot be, such as a field that is both set and removed, is refused by the method that is
 * asked for it, with {@link InvalidRequestException}.
 */
public final class FieldsUpdate {
  /** Has no condition and no edit. */
  public static final FieldsUpdate EMPTY = new FieldsUpdate(Map.of(), Map.of());

  private static final int NAME_BYTES_MAX = 256;
  private static final int EACH_MAX = 1024;

  private final Map<String, Expected> conditions;
  private final Map<String, Edit> edits;

  private FieldsUpdate(Map<String, Expected> conditions, Map<String, Edit> edits) {
    this.conditions = conditions;
    this.edits = edits;
  }

  /** What a field must have. */
  public static final class Expected {
    private static final Expected ABSENT = new Expected(false, null);
    private static final Expected PRESENT = new Expected(true, null);

    private final boolean present;
    private final byte @Nullable [] value;

    private Expected(boolean present, byte @Nullable [] value) {
      this.present = present;
      this.value = value;
    }

    /** Whether the map must have the field; else it must not have it. */
    public boolean isPresent() {
      return present;
    }

    /** The value that the field must have; null: it does not matter, or there must be none. */
    public byte @Nullable [] value() {
      return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Expected that
          && present == that.present
          && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(value) + Boolean.hashCode(present);
    }

    @Override
    public String toString() {
      return value == null ? present ? "present" : "absent" : value.length + " bytes";
    }
  }

  /** What becomes of a field. */
  public static final class Edit {
    private static final Edit REMOVE = new Edit(null);

    private final byte @Nullable [] value;

    private Edit(byte @Nullable [] value) {
      this.value = value;
    }

    /** The value that the field gets; null: it is removed. */
    public byte @Nullable [] value() {
      return value;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Edit that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return value == null ? "removed" : value.length + " bytes";
    }
  }

  /** Has the update take effect only if the map does not have a field. */
  public FieldsUpdate ifAbsent(String field) {
    return withCondition(field, Expected.ABSENT);
  }

  /** Has the update take effect only if the map has a field, with any value. */
  public FieldsUpdate ifPresent(String field) {
    return withCondition(field, Expected.PRESENT);
  }

  /** Has the update take effect only if a field has exactly this value, as UTF-8. */
  public FieldsUpdate ifEquals(String field, String value) {
    return ifEquals(field, utf8(value));
  }

  /** Has the update take effect only if a field has exactly this value. */
  public FieldsUpdate ifEquals(String field, byte[] value) {
    return withCondition(field, new Expected(true, Objects.requireNonNull(value, "value")));
  }

  /** Gives a field a value, as UTF-8, whether the map has the field or not. */
  public FieldsUpdate set(String field, String value) {
    return set(field, utf8(value));
  }

  /** Gives a field a value, whether the map has the field or not. */
  public FieldsUpdate set(String field, byte[] value) {
    return withEdit(field, new Edit(Objects.requireNonNull(value, "value")));
  }

  /** Removes a field. Removing one that the map does not have changes nothing. */
  public FieldsUpdate remove(String field) {
    return withEdit(field, Edit.REMOVE);
  }

  /** Returns the conditions by field, in the order in which they were added. */
  public Map<String, Expected> conditions() {
    return conditions;
  }

  /** Returns the edits by field, in the order in which they were added. */
  public Map<String, Edit> edits() {
    return edits;
  }

  private FieldsUpdate withCondition(String field, Expected expected) {
    return new FieldsUpdate(with(conditions, "conditions", field, expected), edits);
  }

  private FieldsUpdate withEdit(String field, Edit edit) {
    return new FieldsUpdate(conditions, with(edits, "edits", field, edit));
  }

  private static <T> Map<String, T> with(Map<String, T> before, String what, String field, T one) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(field)) {
      throw new InvalidRequestException("the name of a field is no text that UTF-8 can hold");
    }
    int bytes = utf8(field).length;
    if (bytes == 0 || bytes > NAME_BYTES_MAX) {
      throw new InvalidRequestException(
          "the name of a field has " + bytes + " bytes: give 1 to " + NAME_BYTES_MAX);
    }
    if (before.containsKey(field)) {
      throw new InvalidRequestException(
          "field '" + field + "' is named twice in the " + what + " of an update");
    }
    if (before.size() == EACH_MAX) {
      throw new InvalidRequestException("an update has at most " + EACH_MAX + " " + what);
    }
    Map<String, T> more = new LinkedHashMap<>(before);
    more.put(field, one);
    return Collections.unmodifiableMap(more);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldsUpdate that
        && conditions.equals(that.conditions)
        && edits.equals(that.edits);
  }

  @Override
  public int hashCode() {
    return Objects.hash(conditions, edits);
  }

  @Override
  public String toString() {
    return "FieldsUpdate[conditions=" + conditions + ", edits=" + edits + "]";
  }
}
