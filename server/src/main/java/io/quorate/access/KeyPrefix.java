package io.quorate.access;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** What keys, or names of locks, begin with. Immutable; ordered by unsigned bytes. */
public final class KeyPrefix implements Comparable<KeyPrefix> {
  public static final int BYTES_MAX = 256;

  /** What all keys begin with. */
  public static final KeyPrefix NONE = new KeyPrefix(new byte[0]);

  private final byte[] bytes;

  private KeyPrefix(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Of a copy of these bytes.
   *
   * @throws IllegalArgumentException if there are too many
   */
  public static KeyPrefix of(byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a prefix of %d bytes: give at most %d".formatted(bytes.length, BYTES_MAX));
    }
    return bytes.length == 0 ? NONE : new KeyPrefix(bytes.clone());
  }

  public static KeyPrefix of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public boolean isEmpty() {
    return bytes.length == 0;
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Whether a key begins with it. */
  public boolean isOf(byte[] key) {
    return key.length >= bytes.length
        && Arrays.equals(key, 0, bytes.length, bytes, 0, bytes.length);
  }

  @Override
  public int compareTo(KeyPrefix other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyPrefix prefix && Arrays.equals(bytes, prefix.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
