package io.quorate.client;

import java.nio.charset.StandardCharsets;

/**
 * One entry of a scan.
 *
 * @param key the key
 * @param value the value; empty when only keys were asked for
 * @param version version of the value
 * @param expiresAtMillis when the value expires, in milliseconds since 1970; 0: never
 */
public record ScanEntry(byte[] key, byte[] value, Version version, long expiresAtMillis) {
  /** The key as UTF-8. */
  public String keyText() {
    return new String(key, StandardCharsets.UTF_8);
  }

  /** The value as UTF-8. */
  public String valueText() {
    return new String(value, StandardCharsets.UTF_8);
  }
}
