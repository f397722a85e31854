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
  private final @Nullable Siblings<byte[]> siblings;
  private final @Nullable MapValue fields;

  private ScanEntry(
      byte[] key,
      byte[] value,
      Version version,
      long expiresAtMillis,
      @Nullable Siblings<byte[]> siblings,
      @Nullable MapValue fields) {
    this.siblings = siblings;
    this.fields = fields;
    this.key = key;
    this.value = value;
    this.version = version;
    this.expiresAtMillis = expiresAtMillis;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static ScanEntry of(byte[] key, byte[] value, Version version, long expiresAtMillis) {
    return new ScanEntry(key, value, version, expiresAtMillis, null, null);
  }

  /**
   * Returns one of a tenant with model SIBLINGS.
   *
   * @param version the highest that the key has had
   */
  public static ScanEntry ofSiblings(byte[] key, Version version, Siblings<byte[]> siblings) {
    return new ScanEntry(key, new byte[0], version, 0, siblings, null);
  }

  /** Returns one of a tenant with model COUNTERS, SETS or MAPS. */
  public static ScanEntry ofFields(byte[] key, Version version, MapValue fields) {
    return new ScanEntry(key, new byte[0], version, 0, null, fields);
  }

  /** The key. */
  public byte[] key() {
    return key;
  }

  /**
   * The value; empty when only keys were asked for.
   *
   * @throws IllegalStateException if the tenant has model SIBLINGS: see {@link #siblings}; or
   *     COUNTERS, SETS or MAPS: see {@link #fields}
   */
  public byte[] value() {
    if (siblings != null) {
      throw new IllegalStateException(
          "the key has "
              + siblings.size()
              + (siblings.size() == 1 ? " sibling" : " siblings")
              + ", as its tenant has model SIBLINGS: use siblings()");
    }
    if (fields != null) {
      throw new IllegalStateException(
          "the key has fields, as its tenant has model COUNTERS, SETS or MAPS: use fields()");
    }
    return value;
  }

  /**
   * In a tenant with model COUNTERS, SETS or MAPS: the fields of the key. Null in other tenants,
   * and when only keys were asked for. A counter or a set that is no field of a map has an empty
   * name.
   */
  public @Nullable MapValue fields() {
    return fields;
  }

  /**
   * In a tenant with model SIBLINGS: all values of the key, and the context for a put that takes
   * their place; the values are empty when only keys were asked for. Null in other tenants.
   */
  public @Nullable Siblings<byte[]> siblings() {
    return siblings;
  }

  /**
   * Version of the value; of a key with siblings, the highest that it has had; of a key with
   * fields, nothing but a sign that it has been updated.
   */
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

  /**
   * The value as UTF-8.
   *
   * @throws IllegalStateException if the tenant has model SIBLINGS: see {@link #siblings}; or
   *     COUNTERS, SETS or MAPS: see {@link #fields}
   */
  public String valueText() {
    return new String(value(), StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ScanEntry that
        && Arrays.equals(key, that.key)
        && Arrays.equals(value, that.value)
        && version.equals(that.version)
        && expiresAtMillis == that.expiresAtMillis
        && Objects.equals(siblings, that.siblings)
        && Objects.equals(fields, that.fields);
  }

  @Override
  public int hashCode() {
    return Objects.hash(
        Arrays.hashCode(key), Arrays.hashCode(value), version, expiresAtMillis, siblings, fields);
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
        + (siblings == null ? "" : ", siblings=" + siblings)
        + (fields == null ? "" : ", fields=" + fields)
        + "]";
  }
}
