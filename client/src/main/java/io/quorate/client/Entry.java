package io.quorate.client;

import java.nio.charset.StandardCharsets;

/**
 * A key and the value to store under it.
 *
 * @param key 1 to 4096 bytes, unless the cluster is configured otherwise; not copied: leave it as
 *     it is until the put is answered
 * @param value possibly empty; not copied: leave it as it is until the put is answered
 */
public record Entry(byte[] key, byte[] value) {
  /** Key and value as UTF-8. */
  public static Entry of(String key, String value) {
    return new Entry(key.getBytes(StandardCharsets.UTF_8), value.getBytes(StandardCharsets.UTF_8));
  }
}
