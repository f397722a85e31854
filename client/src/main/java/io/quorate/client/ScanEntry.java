package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One entry of a scan. */
public final class ScanEntry {
  private final byte[] key;
  private final byte[] value;
  private final Version version;
  private final long expiresAtMillis;

  private ScanEntry(byte[] key, byte[] value, Version version, long expiresAtMillis) {
    this.key = key;
    this.value = value;
    this.version = version;
    this.expiresAtMillis = expiresAtMillis;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static ScanEntry of(byte[] key, byte[] value, Version version, long expiresAtMillis) {
    return new ScanEntry(key, value, version, expiresAtMillis);
  }

  /** The key. */
  public byte[] key() {
    return key;
  }

  /** The value; empty when only keys were asked for. */
  public byte[] value() {
    return value;
  }

  /** Version of the value. */
  public Version version() {
    return version;
  }

  /** When the value expires, in milliseconds since 1970; 0: never. */
  public long expiresAtMillis() {
    return expiresAtMillis;
  }

  /** The key as UTF-8. */
  public String keyText() {
    return new String(key, StandardCharsets.UTF_8);
  }

  /** The value as UTF-8. */
  public String valueText() {
    return new String(value, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScanEntry that
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && version.equals(that.version)
        && expiresAtMillis == that.expiresAtMillis;
  }

  @Override
  public int hashCode() {
    return Objects.hash(Arrays.hashCode(key), Arrays.hashCode(value), version, expiresAtMillis);
  }

  @Override
  public String toString() {
    return "ScanEntry[key="
        + Arrays.toString(key)
        + ", value="
        + Arrays.toString(value)
        + ", version="
        + version
        + ", expiresAtMillis="
        + expiresAtMillis
        + "]";
  }
}
