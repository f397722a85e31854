package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What a read found. An absent key is a normal answer.
 *
 * @param value the value; null if the key has none. Not copied, so leave it as it is
 * @param version version of the value, or of its deletion; null if the key was never written
 * @param expiresAtMillis when the value expires, in milliseconds since 1970; 0: never
 * @param info how it came about
 * @param repairedReplicas replicas that were behind and have been brought up to date, if everyone
 *     was asked ({@link ReadRepair#EVERYONE})
 * @param fromFallback whether the cluster could not answer and {@link ReadOptions#fallback} did
 */
public record GetResult(
    byte @Nullable [] value,
    @Nullable Version version,
    long expiresAtMillis,
    ResultInfo info,
    int repairedReplicas,
    boolean fromFallback) {

  public static GetResult fromFallback(byte @Nullable [] value) {
    return new GetResult(value, null, 0, ResultInfo.OF_FALLBACK, 0, true);
  }

  /** Whether the key has a value. */
  public boolean found() {
    return value != null;
  }

  /**
   * The value.
   *
   * @throws NoSuchElementException if the key has none
   */
  public byte[] bytes() {
    if (value == null) {
      throw new NoSuchElementException("the key has no value: ask found() first");
    }
    return value;
  }

  /**
   * The value as UTF-8.
   *
   * @throws NoSuchElementException if the key has none
   */
  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return (value == null ? "nothing" : value.length + " bytes")
        + " version "
        + version
        + (fromFallback ? " from the fallback" : " " + info);
  }
}
