package io.quorate.client.internal.kv;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncTypedKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.KeyValue;
import io.quorate.client.Session;
import io.quorate.client.TypedKeyValue;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.session.SessionMemory;

/** A session of an open client. */
public final class OpenSession implements Session {
  private final SessionMemory memory;
  private final AsyncKeyValue asyncKeyValue;
  private final KeyValue keyValue;

  /**
   * @param waitedFor what threads wait for; keeps to the same memory as {@code asyncKeyValue}
   */
  public OpenSession(
      SessionMemory memory, AsyncKeyValue asyncKeyValue, AsyncKeyValue waitedFor, Waiting waiting) {
    this.memory = memory;
    this.asyncKeyValue = asyncKeyValue;
    this.keyValue = new BlockingKeyValue(waitedFor, waiting);
  }

  @Override
  public KeyValue keyValue() {
    return keyValue;
  }

  @Override
  public AsyncKeyValue asyncKeyValue() {
    return asyncKeyValue;
  }

  @Override
  public <K, V> TypedKeyValue<K, V> keyValue(String tenant, Codec<K> keys, Codec<V> values) {
    return new BlockingTypedKeyValue<>(keyValue, tenant, keys, values);
  }

  @Override
  public <K, V> AsyncTypedKeyValue<K, V> asyncKeyValue(
      String tenant, Codec<K> keys, Codec<V> values) {
    return new PipedTypedKeyValue<>(asyncKeyValue, tenant, keys, values);
  }

  @Override
  public String token() {
    return memory.token();
  }

  @Override
  public void merge(String token) {
    try {
      memory.merge(token);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(String.valueOf(e.getMessage()));
    }
  }
}
