package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A key and the value to store under it. */
public final class Entry {
  private final byte[] key;
  private final byte[] value;

  private Entry(byte[] key, byte[] value) {
    this.key = key;
    this.value = value;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static Entry of(byte[] key, byte[] value) {
    return new Entry(key, value);
  }

  /**
   * 1 to 4096 bytes, unless the cluster is configured otherwise; not copied: leave it as it is
   * until the put is answered.
   */
  public byte[] key() {
    return key;
  }

  /** Possibly empty; not copied: leave it as it is until the put is answered. */
  public byte[] value() {
    return value;
  }

  /** Key and value as UTF-8. */
  public static Entry of(String key, String value) {
    return new Entry(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Entry that
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(key), Arrays.hashCode(value));
  }

  @Override
  public String toString() {
    return "Entry[key=" + Arrays.toString(key) + ", value=" + Arrays.toString(value) + "]";
  }
}
