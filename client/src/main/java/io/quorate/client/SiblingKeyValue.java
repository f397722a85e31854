package io.quorate.client;

import java.util.Optional;
import java.util.function.Function;

/**
 * Reads and writes keys of a tenant with model SIBLINGS, and waits for the answer: the blocking
 * face of {@link AsyncSiblingKeyValue}, whose Javadoc says what each operation promises, and what
 * failures say about the data. Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("carts", TenantSettings.DEFAULT.model(Model.SIBLINGS));
 *   SiblingKeyValue<String, String> carts = client.siblings("carts", Codec.utf8(), Codec.utf8());
 *   carts.put("cart:7", "book");
 *   carts.put("cart:7", "lamp"); // has seen no other value, and is kept beside it
 *
 *   Siblings<String> both = carts.get("cart:7");
 *   carts.put("cart:7", String.join(",", both.values()), both.context()); // in the place of both
 *
 *   // Does all of that, whatever other clients do meanwhile.
 *   carts.update(
 *       "cart:7",
 *       siblings -> String.join(",", siblings),
 *       cart -> cart.map(items -> items + ",pen").orElse("pen"));
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop.
 */
public interface SiblingKeyValue<K, V> {
  /**
   * Reads all siblings of a key.
   *
   * @throws DecodingException if the codec cannot read one of the values
   */
  Siblings<V> get(K key, ReadOptions options);

  /** Reads all siblings of a key. */
  default Siblings<V> get(K key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Stores a value in the place of the siblings that {@code context} has; others stay. */
  SiblingWriteResult put(K key, V value, Context context, WriteOptions options);

  /** Stores a value in the place of the siblings that {@code context} has; others stay. */
  default SiblingWriteResult put(K key, V value, Context context) {
    return put(key, value, context, WriteOptions.DEFAULT);
  }

  /** Stores a value that is kept beside all that is there. */
  default SiblingWriteResult put(K key, V value) {
    return put(key, value, Context.NONE, WriteOptions.DEFAULT);
  }

  /** Deletes the siblings that {@code context} has; others stay. */
  SiblingWriteResult delete(K key, Context context, WriteOptions options);

  /** Deletes the siblings that {@code context} has; others stay. */
  default SiblingWriteResult delete(K key, Context context) {
    return delete(key, context, WriteOptions.DEFAULT);
  }

  /** Deletes all siblings that there are; what is put concurrently may stay. */
  default SiblingWriteResult delete(K key) {
    return delete(key, Context.NONE, WriteOptions.DEFAULT);
  }

  /**
   * Changes the value of a key, and resolves its siblings; see {@link AsyncSiblingKeyValue#update}.
   *
   * @param resolver it and {@code change} run on the thread that calls. What they throw before the
   *     change is stored is thrown here, and nothing was changed
   */
  Siblings<V> update(
      K key, Resolver<V> resolver, Function<Optional<V>, V> change, WriteOptions options);

  /** Changes the value of a key, and resolves its siblings. */
  default Siblings<V> update(K key, Resolver<V> resolver, Function<Optional<V>, V> change) {
    return update(key, resolver, change, WriteOptions.DEFAULT);
  }
}
