package io.quorate.client;

/**
 * Reads and writes keys of one tenant as values of the application, and waits for the answer. What
 * each operation promises is said at {@link KeyValue}; an options' tenant takes precedence.
 */
public interface TypedKeyValue<K, V> {
  /** Stores a value. */
  WriteResult put(K key, V value, WriteOptions options);

  /** Stores a value. */
  default WriteResult put(K key, V value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /** Reads a key. Fails with a {@link DecodingException} if the codec cannot read its value. */
  Decoded<V> get(K key, ReadOptions options);

  /** Reads a key. Fails with a {@link DecodingException} if the codec cannot read its value. */
  default Decoded<V> get(K key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Deletes a key; deleting an absent key succeeds. */
  WriteResult delete(K key, WriteOptions options);

  /** Deletes a key; deleting an absent key succeeds. */
  default WriteResult delete(K key) {
    return delete(key, WriteOptions.DEFAULT);
  }
}
