package io.quorate.client;

import java.util.concurrent.CompletableFuture;

/**
 * Reads and writes keys of one tenant as values of the application, without blocking. What each
 * operation promises is said at {@link AsyncKeyValue}; an options' tenant takes precedence.
 */
public interface AsyncTypedKeyValue<K, V> {
  /** Stores a value. */
  CompletableFuture<WriteResult> put(K key, V value, WriteOptions options);

  /** Stores a value. */
  default CompletableFuture<WriteResult> put(K key, V value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /** Reads a key. Fails with a {@link DecodingException} if the codec cannot read its value. */
  CompletableFuture<Decoded<V>> get(K key, ReadOptions options);

  /** Reads a key. Fails with a {@link DecodingException} if the codec cannot read its value. */
  default CompletableFuture<Decoded<V>> get(K key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Deletes a key; deleting an absent key succeeds. */
  CompletableFuture<WriteResult> delete(K key, WriteOptions options);

  /** Deletes a key; deleting an absent key succeeds. */
  default CompletableFuture<WriteResult> delete(K key) {
    return delete(key, WriteOptions.DEFAULT);
  }
}
