package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a linearizable key had in one moment. A key that has no value, and one whose map
 * has no field, have none; {@link #found} tells them apart. Immutable.
 */
public final class FieldsValue {
  private final boolean found;
  private final Map<String, byte[]> values;
  private final @Nullable Version version;
  private final ResultInfo info;

  private FieldsValue(
      boolean found, Map<String, byte[]> values, @Nullable Version version, ResultInfo info) {
    this.found = found;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    this.version = version;
    this.info = info;
  }

  /** Returns one of a key that has a map; each part is what the method of its name tells. */
  public static FieldsValue of(
      Map<String, byte[]> values, @Nullable Version version, ResultInfo info) {
    return new FieldsValue(true, values, version, info);
  }

  /** Returns one of a key without a value. */
  public static FieldsValue none(@Nullable Version version, ResultInfo info) {
    return new FieldsValue(false, Map.of(), version, info);
  }

  /** Whether the key has a map, be it one without fields. */
  public boolean found() {
    return found;
  }

  /**
   * All fields by name, in the order of the bytes of their names in UTF-8. The values are not
   * copied, so leave them as they are.
   */
  public Map<String, byte[]> values() {
    return values;
  }

  /** Whether there is a field of that name. */
  public boolean has(String field) {
    return values.containsKey(field);
  }

  /** The value of a field; empty if there is no such field. */
  public Optional<byte[]> value(String field) {
    return Optional.ofNullable(values.get(field));
  }

  /** The value of a field as UTF-8; empty if there is no such field. */
  public Optional<String> text(String field) {
    return value(field).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /**
   * Version of the map, or of the deletion of the key; null if the key was never written. An update
   * with {@link Condition#version} of it takes effect only if nothing was written since.
   */
  public @Nullable Version version() {
    return version;
  }

  /** How it came about. */
  public ResultInfo info() {
    return info;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof FieldsValue that) || !values.keySet().equals(that.values.keySet())) {
      return false;
    }
    return found == that.found
        && values.keySet().stream()
            .allMatch(each -> Arrays.equals(values.get(each), that.values.get(each)))
        && Objects.equals(version, that.version)
        && info.equals(that.info);
  }

  @Override
  public int hashCode() {
    return Objects.hash(found, values.keySet(), version, info);
  }

  @Override
  public String toString() {
    return (found ? "fields " + values.keySet() : "nothing") + " version " + version + " " + info;
  }
}
