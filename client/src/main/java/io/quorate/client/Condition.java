package io.quorate.client;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a key must have for a write to take effect, in a tenant with model LINEARIZABLE: see {@link
 * WriteOptions#onlyIf}. It is judged in the moment in which the write takes effect; no other write
 * comes in between. Immutable.
 *
 * <pre>{@code
 * WriteOptions ifFree = WriteOptions.DEFAULT.tenant("seats").onlyIf(Condition.absent());
 * }</pre>
 *
 * <p>A put of a seat with these fails with {@link ConditionFailedException} if another client has
 * it, and changes nothing.
 */
public final class Condition {
  private static final Condition ABSENT = new Condition(null, null);

  private final byte @Nullable [] value;
  private final @Nullable Version version;

  private Condition(byte @Nullable [] value, @Nullable Version version) {
    this.value = value;
    this.version = version;
  }

  /** The key has no value: it was never written, or was deleted. */
  public static Condition absent() {
    return ABSENT;
  }

  /**
   * The key has exactly this value. It is sent with the write, and counts as a value that is stored
   * does: where values are large, ask for their {@linkplain #version version}.
   */
  public static Condition value(byte[] value) {
    return new Condition(value.clone(), null);
  }

  /** The key has the value of this version, as a read or a write returned it. */
  public static Condition version(Version version) {
    return new Condition(null, Objects.requireNonNull(version, "version"));
  }

  /** The value that the key must have; null if this asks for something else. */
  public byte @Nullable [] value() {
    return value == null ? null : value.clone();
  }

  /** The version that the key must have; null if this asks for something else. */
  public @Nullable Version version() {
    return version;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Condition that
        && Arrays.equals(value, that.value)
        && Objects.equals(version, that.version);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(value) + Objects.hashCode(version);
  }

  @Override
  public String toString() {
    if (value != null) {
      return "value of " + value.length + " bytes";
    }
    return version == null ? "absent" : "version " + version;
  }
}
