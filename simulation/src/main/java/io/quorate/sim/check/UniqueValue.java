package io.quorate.sim.check;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Values that contain the number of the attempt that puts them, so that each value read shows its
 * origin.
 */
public final class UniqueValue {
  private UniqueValue() {}

  /** The value of one attempt: its number, filled up to about {@code bytes}. */
  public static byte[] of(int attempt, int bytes) {
    byte[] name = (attempt + ":").getBytes(StandardCharsets.US_ASCII);
    byte[] value = Arrays.copyOf(name, Math.max(name.length, bytes));
    Arrays.fill(value, name.length, value.length, (byte) ('a' + attempt % 26));
    return value;
  }

  /** The attempt that put a value; -1 if none can have. */
  public static int attemptOf(byte[] value) {
    int number = 0;
    for (byte digit : value) {
      if (digit == ':') {
        return number;
      }
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = number * 10 + (digit - '0');
    }
    return -1;
  }
}
