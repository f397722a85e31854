package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change of one field, as an update has it. Applications make them by the methods of {@link
 * Counters}, {@link Sets} and {@link MapUpdate}; what stands in for these in a test looks at them.
 * Immutable.
 */
public final class FieldChange {
  /** What happens to the field. */
  public enum Operation {
    /** A counter becomes larger by {@link #by}. */
    INCREMENT,

    /** A counter becomes smaller by {@link #by}. */
    DECREMENT,

    /**
     * A value is added, in place of what {@link #seen} has: to a set, or to a register of several
     * values.
     */
    ADD,

    /** A value is removed: what {@link #seen} has of it, or all that there is. */
    REMOVE,

    /** A register gets a value. */
    ASSIGN,

    /** A register has no value from now on. */
    CLEAR,

    /** A flag is on. */
    ENABLE,

    /** A flag is off. */
    DISABLE
  }

  /** Beyond this no client counts. */
  static final long BY_MAX = (1L << 62) - 1;

  private static final int NAME_BYTES_MAX = 256;

  private final String field;
  private final FieldKind kind;
  private final Operation operation;
  private final long by;
  private final byte @Nullable [] value;
  private final @Nullable List<Context> seen;

  private FieldChange(
      String field,
      FieldKind kind,
      Operation operation,
      long by,
      byte @Nullable [] value,
      @Nullable List<Context> seen) {
    int bytes = field.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NAME_BYTES_MAX) {
      throw new InvalidRequestException(
          "the name of a field has %d bytes: give at most %d".formatted(bytes, NAME_BYTES_MAX));
    }
    this.field = field;
    this.kind = kind;
    this.operation = operation;
    this.by = by;
    this.value = value;
    this.seen = seen;
  }

  /**
   * Returns a change of a counter.
   *
   * @param operation {@link Operation#INCREMENT} or {@link Operation#DECREMENT}
   * @param by 0 to 2^62 - 1
   * @throws InvalidRequestException if it cannot be changed by that
   */
  public static FieldChange count(String field, FieldKind kind, Operation operation, long by) {
    if (by < 0 || by > BY_MAX) {
      throw new InvalidRequestException(
          "a counter cannot be changed by %d: give 0 to 2^62 - 1".formatted(by)
              + (by < 0 ? ", and decrement where it is to become smaller" : ""));
    }
    return new FieldChange(field, kind, operation, by, null, null);
  }

  /**
   * Returns a change of a set or of a register.
   *
   * @param seen see {@link #seen}
   */
  public static FieldChange value(
      String field,
      FieldKind kind,
      Operation operation,
      byte[] value,
      @Nullable List<Context> seen) {
    return new FieldChange(
        field, kind, operation, 0, value, seen == null ? null : List.copyOf(seen));
  }

  /** Returns one that takes the value of a register away. */
  public static FieldChange clear(String register) {
    return new FieldChange(register, FieldKind.REGISTER, Operation.CLEAR, 0, null, null);
  }

  /** Returns one that turns a flag on or off. */
  public static FieldChange flag(String flag, FlagKind kind, boolean enabled) {
    return new FieldChange(
        flag, kind.field(), enabled ? Operation.ENABLE : Operation.DISABLE, 0, null, null);
  }

  /**
   * Returns a change of a set for each element.
   *
   * @param operation {@link Operation#ADD} or {@link Operation#REMOVE}
   * @param seen what a removal is based on; elements that it does not have are left out. Null: the
   *     removal is based on no read
   */
  public static List<FieldChange> elements(
      String set, Operation operation, List<byte[]> elements, @Nullable SetValue seen) {
    List<FieldChange> changes = new ArrayList<>(elements.size());
    for (byte[] each : elements) {
      List<Context> context =
          seen == null
              ? null
              : seen.find(each).map(Element::context).stream()
                  .filter(known -> !known.isEmpty())
                  .toList();
      if (context == null || !context.isEmpty()) {
        changes.add(value(set, FieldKind.SET, operation, each, context));
      }
    }
    return changes;
  }

  /** Name of the field; empty in tenants with model COUNTERS or SETS. */
  public String field() {
    return field;
  }

  /** What the field is. */
  public FieldKind kind() {
    return kind;
  }

  /** What happens to it. */
  public Operation operation() {
    return operation;
  }

  /** By how much a counter is changed; 0 for other fields. */
  public long by() {
    return by;
  }

  /** The value that is added, removed or assigned; null if there is none. */
  public byte @Nullable [] value() {
    return value;
  }

  /**
   * What a read has returned, see {@link Element#context}; null if the change is based on no read.
   */
  public @Nullable List<Context> seen() {
    return seen;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldChange that
        && field.equals(that.field)
        && kind == that.kind
        && operation == that.operation
        && by == that.by
        && Arrays.equals(value, that.value)
        && Objects.equals(seen, that.seen);
  }

  @Override
  public int hashCode() {
    return Objects.hash(field, kind, operation, by, Arrays.hashCode(value), seen);
  }

  @Override
  public String toString() {
    return operation
        + " "
        + kind
        + " '"
        + field
        + "'"
        + (by == 0 ? "" : " by " + by)
        + (value == null ? "" : ", " + value.length + " bytes");
  }
}
