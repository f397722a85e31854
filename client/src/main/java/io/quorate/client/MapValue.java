package io.quorate.client;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a read found of a key in a tenant with model MAPS. Fields that were never changed, or that
 * have nothing, as a set without elements, are not there; their accessors answer as for an empty
 * field. Immutable.
 */
public final class MapValue {
  /** Has no fields. */
  public static final MapValue NONE = new MapValue(List.of(), ResultInfo.NONE);

  private final List<FieldValue> fields;
  private final ResultInfo info;

  private MapValue(List<FieldValue> fields, ResultInfo info) {
    this.fields = List.copyOf(fields);
    this.info = info;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static MapValue of(List<FieldValue> fields, ResultInfo info) {
    return new MapValue(fields, info);
  }

  /** Returns one with these fields, as for a test. */
  public static MapValue of(FieldValue... fields) {
    return new MapValue(List.of(fields), ResultInfo.NONE);
  }

  /** All fields, in the order of their names and kinds. */
  public List<FieldValue> fields() {
    return fields;
  }

  /** The field of a name and kind; empty if there is none. */
  public Optional<FieldValue> field(String name, FieldKind kind) {
    return fields.stream()
        .filter(each -> each.kind() == kind && each.name().equals(name))
        .findAny();
  }

  /** The number of a counter; 0 if it was never counted. */
  public long count(String counter) {
    return field(counter, FieldKind.COUNTER).map(FieldValue::count).orElse(0L);
  }

  /** The number of a counter that only grows; 0 if it was never counted. */
  public long grown(String counter) {
    return field(counter, FieldKind.GROW_ONLY_COUNTER).map(FieldValue::count).orElse(0L);
  }

  /** The elements of a set; none if there is no such set. */
  public SetValue set(String set) {
    return SetValue.of(elements(set, FieldKind.SET), info);
  }

  /** The value of a register; empty if it has none. */
  public Optional<byte[]> register(String register) {
    return elements(register, FieldKind.REGISTER).stream().map(Element::value).findFirst();
  }

  /** The value of a register as UTF-8; empty if it has none. */
  public Optional<String> text(String register) {
    return elements(register, FieldKind.REGISTER).stream().map(Element::text).findFirst();
  }

  /** The values of a multi-value register: mostly one; several that were assigned concurrently. */
  public List<Element> values(String register) {
    return elements(register, FieldKind.MULTI_VALUE_REGISTER);
  }

  /** Whether a flag is on; false if there is no such flag. */
  public boolean isEnabled(String flag, FlagKind kind) {
    return field(flag, kind.field()).map(FieldValue::enabled).orElse(false);
  }

  /** Whether a flag is on that the enabling wins; false if there is no such flag. */
  public boolean isEnabled(String flag) {
    return isEnabled(flag, FlagKind.ENABLE_WINS);
  }

  /** Whether the key has no fields. */
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  private List<Element> elements(String name, FieldKind kind) {
    return field(name, kind).map(FieldValue::elements).orElse(List.of());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MapValue that && fields.equals(that.fields) && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(fields, info);
  }

  @Override
  public String toString() {
    return (fields.isEmpty() ? "nothing" : fields.toString()) + " " + info;
  }
}
