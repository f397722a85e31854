package io.quorate.client;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One of the values of a key in a tenant with model SIBLINGS. */
public final class Sibling<V> {
  private final V value;
  private final Version version;
  private final long expiresAtMillis;

  private Sibling(V value, Version version, long expiresAtMillis) {
    this.value = value;
    this.version = version;
    this.expiresAtMillis = expiresAtMillis;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static <V> Sibling<V> of(V value, Version version, long expiresAtMillis) {
    return new Sibling<>(value, version, expiresAtMillis);
  }

  /** The value. Bytes are not copied, so leave them as they are. */
  public V value() {
    return value;
  }

  /** Version of the put. */
  public Version version() {
    return version;
  }

  /** When the value expires, in milliseconds since 1970; 0: never. */
  public long expiresAtMillis() {
    return expiresAtMillis;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sibling<?> that
        && Objects.deepEquals(value, that.value)
        && version.equals(that.version)
        && expiresAtMillis == that.expiresAtMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.deepHashCode(new Object[] {value}), version, expiresAtMillis);
  }

  @Override
  public String toString() {
    return (value instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(value))
        + " version "
        + version;
  }
}
