package io.quorate.client.recipe;

import java.nio.ByteBuffer;

/**
 * An item as the store has it: a byte for the format, four for how often it was delivered, and what
 * was offered.
 */
final class StoredItem {
  private static final byte FORMAT = 1;
  private static final int HEAD = 5;

  private final int deliveries;
  private final byte[] payload;

  StoredItem(int deliveries, byte[] payload) {
    this.deliveries = deliveries;
    this.payload = payload;
  }

  int deliveries() {
    return deliveries;
  }

  byte[] payload() {
    return payload;
  }

  /**
   * @throws IllegalStateException if it was not written by a queue
   */
  static StoredItem parse(String key, byte[] value) {
    if (value.length < HEAD || value[0] != FORMAT) {
      throw new IllegalStateException(
          "the value of " + key + " was not written by a queue of this release");
    }
    ByteBuffer bytes = ByteBuffer.wrap(value, 1, value.length - 1);
    int deliveries = bytes.getInt();
    byte[] payload = new byte[bytes.remaining()];
    bytes.get(payload);
    return new StoredItem(deliveries, payload);
  }

  byte[] value() {
    return ByteBuffer.allocate(HEAD + payload.length)
        .put(FORMAT)
        .putInt(deliveries)
        .put(payload)
        .array();
  }

  StoredItem deliveredAgain() {
    return new StoredItem(deliveries + 1, payload);
  }
}
