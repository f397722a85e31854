package io.quorate.version;

import java.util.Arrays;
import java.util.Objects;

/**
 * One of the values of a key whose concurrent writes are kept.
 *
 * @param dot of the put
 * @param id of the put, the same for all attempts at it
 * @param expiresAtMillis when the value ceases to exist, in milliseconds since 1970; 0: never
 * @param value not to be changed
 */
public record Sibling(Dot dot, WriteId id, long expiresAtMillis, byte[] value) {
  /** Whether a reader at {@code wallMillis} finds the value. */
  public boolean isLiveAt(long wallMillis) {
    return expiresAtMillis == 0 || wallMillis < expiresAtMillis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sibling that
        && dot.equals(that.dot)
        && id.equals(that.id)
        && expiresAtMillis == that.expiresAtMillis
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dot, id);
  }

  @Override
  public String toString() {
    return dot.version() + " " + value.length + " bytes";
  }
}
