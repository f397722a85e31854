package io.quorate.model;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a tenant are read, and in which order: those that begin with a prefix, from a start
 * on and below an end. Keys are compared byte by byte as unsigned numbers, and a key comes right
 * before those that begin with it. The bytes are not copied.
 *
 * @param prefix beginning of the keys wanted; empty: any
 * @param start the least key wanted, be there such a key or not; empty: no bound
 * @param end the least key that is not wanted any more; empty: no bound
 * @param reverse whether keys are read from the last to the first
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
public record KeyRange(byte[] prefix, byte[] start, byte[] end, boolean reverse) {
  private static final byte[] NO_KEY = {};

  /** All keys. */
  public static final KeyRange ALL = ofPrefix(NO_KEY);

  /** All keys that begin with a prefix, from the first to the last. */
  public static KeyRange ofPrefix(byte[] prefix) {
    return new KeyRange(prefix, NO_KEY, NO_KEY, false);
  }

  /** Whether this has neither start nor end, and is read from the first key to the last. */
  public boolean isPrefixOnly() {
    return start.length == 0 && end.length == 0 && !reverse;
  }

  /** Whether there can be no key in this. */
  public boolean isEmpty() {
    byte[] past = past();
    return past != null && Arrays.compareUnsigned(least(), past) >= 0;
  }

  /** The least key that may be in this. */
  public byte[] least() {
    return Arrays.compareUnsigned(start, prefix) > 0 ? start : prefix;
  }

  /** The least key that is past this; null if there is none. */
  public byte @Nullable [] past() {
    byte[] pastPrefix = pastPrefix();
    if (end.length == 0) {
      return pastPrefix;
    }
    return pastPrefix == null || Arrays.compareUnsigned(end, pastPrefix) < 0 ? end : pastPrefix;
  }

  /** The least key that does not begin with the prefix and is above those that do. */
  private byte @Nullable [] pastPrefix() {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    byte[] past = Arrays.copyOf(prefix, last + 1);
    past[last]++;
    return past;
  }

  public boolean contains(byte[] key) {
    byte[] past = past();
    return Arrays.compareUnsigned(key, least()) >= 0
        && (past == null || Arrays.compareUnsigned(key, past) < 0);
  }

  /** Compares keys in the order in which they are read: negative if the first one is read first. */
  public int compare(byte[] one, byte[] other) {
    return reverse ? Arrays.compareUnsigned(other, one) : Arrays.compareUnsigned(one, other);
  }

  /** Number of bytes that the prefix and the bounds have. */
  public int bytes() {
    return prefix.length + start.length + end.length;
  }

  /** Equal for ranges with equal keys. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    String text = "prefix=" + hex.formatHex(prefix);
    return isPrefixOnly()
        ? text
        : "%s, start=%s, end=%s, reverse=%s"
            .formatted(text, hex.formatHex(start), hex.formatHex(end), reverse);
  }
}
