package io.quorate.client.internal.kv;

import io.quorate.client.AsyncKeyValue;
import io.quorate.client.AsyncTypedKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.Decoded;
import io.quorate.client.ReadOptions;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.text.TenantName;
import java.util.concurrent.CompletableFuture;

/** Translates by codecs what {@link AsyncKeyValue} reads and writes. */
public final class PipedTypedKeyValue<K, V> implements AsyncTypedKeyValue<K, V> {
  private final AsyncKeyValue bytes;
  private final String tenant;
  private final Codec<K> keys;
  private final Codec<V> values;

  public PipedTypedKeyValue(AsyncKeyValue bytes, String tenant, Codec<K> keys, Codec<V> values) {
    TenantName.check(tenant);
    this.bytes = bytes;
    this.tenant = tenant;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public CompletableFuture<WriteResult> put(K key, V value, WriteOptions options) {
    return bytes.put(keys.encode(key), values.encode(value), of(options));
  }

  @Override
  public CompletableFuture<Decoded<V>> get(K key, ReadOptions options) {
    ReadOptions ofTenant = options.tenant() == null ? options.tenant(tenant) : options;
    return bytes.get(keys.encode(key), ofTenant).thenApply(result -> Decoded.of(result, values));
  }

  @Override
  public CompletableFuture<WriteResult> delete(K key, WriteOptions options) {
    return bytes.delete(keys.encode(key), of(options));
  }

  private WriteOptions of(WriteOptions options) {
    return options.tenant() == null ? options.tenant(tenant) : options;
  }
}
