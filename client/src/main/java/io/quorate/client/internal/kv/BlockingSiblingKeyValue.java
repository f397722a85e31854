package io.quorate.client.internal.kv;

import io.quorate.client.Codec;
import io.quorate.client.Context;
import io.quorate.client.ReadOptions;
import io.quorate.client.Resolver;
import io.quorate.client.SiblingKeyValue;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.engine.Waiting;
import io.quorate.client.internal.text.TenantName;
import java.util.Optional;
import java.util.function.Function;

/** Waits for what {@link PipedSiblings} answers, and translates it by codecs. */
public final class BlockingSiblingKeyValue<K, V> implements SiblingKeyValue<K, V> {
  private final PipedSiblings bytes;
  private final Waiting waiting;
  private final String tenant;
  private final Codec<K> keys;
  private final Codec<V> values;

  public BlockingSiblingKeyValue(
      PipedSiblings bytes, Waiting waiting, String tenant, Codec<K> keys, Codec<V> values) {
    TenantName.check(tenant);
    this.bytes = bytes;
    this.waiting = waiting;
    this.tenant = tenant;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public Siblings<V> get(K key, ReadOptions options) {
    ReadOptions ofTenant = options.tenant() == null ? options.tenant(tenant) : options;
    return Siblings.decoded(waiting.forRead(bytes.get(keys.encode(key), ofTenant)), values);
  }

  @Override
  public SiblingWriteResult put(K key, V value, Context context, WriteOptions options) {
    return waiting.forWrite(
        bytes.put(keys.encode(key), values.encode(value), context, of(options)));
  }

  @Override
  public SiblingWriteResult delete(K key, Context context, WriteOptions options) {
    return waiting.forWrite(bytes.delete(keys.encode(key), context, of(options)));
  }

  @Override
  public Siblings<V> update(
      K key, Resolver<V> resolver, Function<Optional<V>, V> change, WriteOptions options) {
    CallersThread functions = new CallersThread();
    Update<V> update =
        new Update<>(bytes, keys.encode(key), values, resolver, change, of(options), functions);
    return functions.waitFor(update::start, waiting);
  }

  private WriteOptions of(WriteOptions options) {
    return options.tenant() == null ? options.tenant(tenant) : options;
  }
}
