package io.quorate.client.internal.kv;

import io.quorate.client.Codec;
import io.quorate.client.Decoded;
import io.quorate.client.KeyValue;
import io.quorate.client.ReadOptions;
import io.quorate.client.TypedKeyValue;
import io.quorate.client.WriteOptions;
import io.quorate.client.WriteResult;
import io.quorate.client.internal.text.TenantName;

/** Translates by codecs what {@link KeyValue} reads and writes. */
public final class BlockingTypedKeyValue<K, V> implements TypedKeyValue<K, V> {
  private final KeyValue bytes;
  private final String tenant;
  private final Codec<K> keys;
  private final Codec<V> values;

  public BlockingTypedKeyValue(KeyValue bytes, String tenant, Codec<K> keys, Codec<V> values) {
    TenantName.check(tenant);
    this.bytes = bytes;
    this.tenant = tenant;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public WriteResult put(K key, V value, WriteOptions options) {
    return bytes.put(keys.encode(key), values.encode(value), of(options));
  }

  @Override
  public Decoded<V> get(K key, ReadOptions options) {
    ReadOptions ofTenant = options.tenant() == null ? options.tenant(tenant) : options;
    return Decoded.of(bytes.get(keys.encode(key), ofTenant), values);
  }

  @Override
  public WriteResult delete(K key, WriteOptions options) {
    return bytes.delete(keys.encode(key), of(options));
  }

  private WriteOptions of(WriteOptions options) {
    return options.tenant() == null ? options.tenant(tenant) : options;
  }
}
