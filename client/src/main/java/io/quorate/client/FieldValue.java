package io.quorate.client;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One field of a key, as a read returned it. Immutable. */
public final class FieldValue {
  private final String name;
  private final FieldKind kind;
  private final long count;
  private final List<Element> elements;
  private final boolean enabled;

  private FieldValue(
      String name, FieldKind kind, long count, List<Element> elements, boolean enabled) {
    this.name = name;
    this.kind = kind;
    this.count = count;
    this.elements = List.copyOf(elements);
    this.enabled = enabled;
  }

  /** Returns a counter, or one that only grows. */
  public static FieldValue counter(String name, FieldKind kind, long count) {
    return new FieldValue(name, kind, count, List.of(), false);
  }

  /** Returns a set, or a register. */
  public static FieldValue values(String name, FieldKind kind, List<Element> elements) {
    return new FieldValue(name, kind, 0, elements, false);
  }

  /** Returns a flag. */
  public static FieldValue flag(String name, FlagKind kind, boolean enabled) {
    return new FieldValue(name, kind.field(), 0, List.of(), enabled);
  }

  /** Its name; empty in tenants with model COUNTERS or SETS. */
  public String name() {
    return name;
  }

  /** What it is. */
  public FieldKind kind() {
    return kind;
  }

  /** The number of a counter; 0 of other fields. */
  public long count() {
    return count;
  }

  /** The values of a set, or of a register; none of other fields. */
  public List<Element> elements() {
    return elements;
  }

  /** Whether a flag is on; false for other fields. */
  public boolean enabled() {
    return enabled;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldValue that
        && name.equals(that.name)
        && kind == that.kind
        && count == that.count
        && elements.equals(that.elements)
        && enabled == that.enabled;
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, kind, count, elements, enabled);
  }

  @Override
  public String toString() {
    return name
        + "="
        + switch (kind) {
          case COUNTER, GROW_ONLY_COUNTER -> String.valueOf(count);
          case SET, REGISTER, MULTI_VALUE_REGISTER ->
              elements.stream().map(Element::text).toList().toString();
          case FLAG_ENABLE_WINS, FLAG_DISABLE_WINS -> enabled ? "on" : "off";
        };
  }
}
