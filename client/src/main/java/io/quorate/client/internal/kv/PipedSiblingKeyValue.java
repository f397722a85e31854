package io.quorate.client.internal.kv;

import io.quorate.client.AsyncSiblingKeyValue;
import io.quorate.client.Codec;
import io.quorate.client.Context;
import io.quorate.client.ReadOptions;
import io.quorate.client.Resolver;
import io.quorate.client.SiblingWriteResult;
import io.quorate.client.Siblings;
import io.quorate.client.WriteOptions;
import io.quorate.client.internal.text.TenantName;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Translates by codecs what {@link PipedSiblings} reads and writes. */
public final class PipedSiblingKeyValue<K, V> implements AsyncSiblingKeyValue<K, V> {
  private final PipedSiblings bytes;
  private final String tenant;
  private final Codec<K> keys;
  private final Codec<V> values;

  public PipedSiblingKeyValue(PipedSiblings bytes, String tenant, Codec<K> keys, Codec<V> values) {
    TenantName.check(tenant);
    this.bytes = bytes;
    this.tenant = tenant;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public CompletableFuture<Siblings<V>> get(K key, ReadOptions options) {
    ReadOptions ofTenant = options.tenant() == null ? options.tenant(tenant) : options;
    return bytes.get(keys.encode(key), ofTenant).thenApply(read -> Siblings.decoded(read, values));
  }

  @Override
  public CompletableFuture<SiblingWriteResult> put(
      K key, V value, Context context, WriteOptions options) {
    return bytes.put(keys.encode(key), values.encode(value), context, of(options));
  }

  @Override
  public CompletableFuture<SiblingWriteResult> delete(
      K key, Context context, WriteOptions options) {
    return bytes.delete(keys.encode(key), context, of(options));
  }

  @Override
  public CompletableFuture<Siblings<V>> update(
      K key, Resolver<V> resolver, Function<Optional<V>, V> change, WriteOptions options) {
    return new Update<>(
            bytes, keys.encode(key), values, resolver, change, of(options), Runnable::run)
        .start();
  }

  private WriteOptions of(WriteOptions options) {
    return options.tenant() == null ? options.tenant(tenant) : options;
  }
}
