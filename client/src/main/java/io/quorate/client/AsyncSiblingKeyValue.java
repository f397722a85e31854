package io.quorate.client;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads and writes keys of a tenant with model SIBLINGS, without blocking: a key keeps all values
 * that were put concurrently, until a put that has seen them takes their place.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("notes", TenantSettings.DEFAULT.model(Model.SIBLINGS));
 *   AsyncSiblingKeyValue<String, String> notes =
 *       client.asyncSiblings("notes", Codec.utf8(), Codec.utf8());
 *   notes
 *       .get("user:1")
 *       .thenCompose(read -> notes.put("user:1", "Ada", read.context()))
 *       .thenAccept(stored -> System.out.println("stored as " + stored.version()))
 *       .join();
 * }
 * }</pre>
 *
 * <p>Reads return all siblings that were acknowledged before they began, at {@link Level#QUORUM}:
 * no other level is taken, and defaults of the client are passed over. A put that is answered is in
 * the key until a put or delete takes its place whose context has it. Each call of put and delete
 * takes effect at most once, however often the client sends it. A call that the caller repeats is
 * another write, which may be kept beside the first.
 *
 * <p>What is said of futures, the event loop, keys and arrays at {@link AsyncKeyValue} holds here,
 * too. In a tenant of another model each call fails with {@link WrongModelException}. An options'
 * tenant takes precedence.
 */
public interface AsyncSiblingKeyValue<K, V> {
  /**
   * Reads all siblings of a key. Fails with {@link UnavailableException}, {@link
   * OverloadedException}, {@link NotServingException}, {@link DeadlineExceededException}, {@link
   * UnknownTenantException} or {@link WrongModelException}, and with a {@link DecodingException} if
   * the codec cannot read one of the values: read it with {@link Codec#bytes} then.
   *
   * @param options a {@link ReadOptions#fallback} is refused, since what it gives has no context
   */
  CompletableFuture<Siblings<V>> get(K key, ReadOptions options);

  /** Reads all siblings of a key. */
  default CompletableFuture<Siblings<V>> get(K key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /**
   * Stores a value in the place of the siblings that {@code context} has; others stay beside it.
   *
   * @param context of the read, or of the write, that the value is based on; {@link Context#NONE}:
   *     the value is kept beside all that is there
   * @return version and new context. Fails with {@link UnavailableException}, {@link
   *     OverloadedException}, {@link NotServingException}, {@link TooManySiblingsException}
   *     (nothing was applied anywhere), {@link OutcomeUnknownException} (it has taken effect once,
   *     may still do so once, or never does), {@link InvalidRequestException}, {@link
   *     WrongModelException} or {@link UnknownTenantException} (it never can be applied)
   */
  CompletableFuture<SiblingWriteResult> put(K key, V value, Context context, WriteOptions options);

  /** Stores a value in the place of the siblings that {@code context} has. */
  default CompletableFuture<SiblingWriteResult> put(K key, V value, Context context) {
    return put(key, value, context, WriteOptions.DEFAULT);
  }

  /**
   * Stores a value that is kept beside all that is there. For a key that was never written, or
   * where no put is to wait for a read: each such put adds a sibling, and at some tens of them
   * {@link TooManySiblingsException} ends it.
   */
  default CompletableFuture<SiblingWriteResult> put(K key, V value) {
    return put(key, value, Context.NONE, WriteOptions.DEFAULT);
  }

  /**
   * Deletes the siblings that {@code context} has; others stay, those put concurrently among them.
   * Fails as {@link #put} does.
   *
   * @param context of a read or of a write; {@link Context#NONE}: the node that carries out the
   *     deletion reads the key first, and deletes what it finds
   */
  CompletableFuture<SiblingWriteResult> delete(K key, Context context, WriteOptions options);

  /** Deletes the siblings that {@code context} has; others stay. */
  default CompletableFuture<SiblingWriteResult> delete(K key, Context context) {
    return delete(key, context, WriteOptions.DEFAULT);
  }

  /** Deletes all siblings that there are; what is put concurrently may stay. */
  default CompletableFuture<SiblingWriteResult> delete(K key) {
    return delete(key, Context.NONE, WriteOptions.DEFAULT);
  }

  /**
   * Changes the value of a key: reads it, makes one value of several siblings, changes that, and
   * puts the result in the place of what was read. Then it reads again. If others have put
   * something meanwhile, it resolves that, too, and puts the result, some times at most.
   *
   * <p>An update that returns has taken effect once: what it put is in the key, as its value or in
   * one of its siblings, or in what others have made of these. An update that fails has changed
   * nothing, unless it fails with {@link OutcomeUnknownException}: then the change has taken effect
   * once, may still do so once, or never does. What fails after the change was stored does not fail
   * the update; siblings are left then, for the next update or a reader to resolve.
   *
   * <p>Each step is a request of its own for a {@link RequestListener}.
   *
   * @param resolver asked while there are several siblings; it and {@code change} run on the event
   *     loop, and must not block. What they throw before the change is stored, the future fails
   *     with; what the resolver throws after it leaves the siblings as they are
   * @param change gets the value, or nothing if the key has none, and returns the value to store.
   *     May be called again if nothing of the call before was stored, so it should have no effects
   *     of its own
   * @param options of all steps; the timeout is that of the whole
   * @return what the key has afterwards, as it was read last; mostly one value. If it could not be
   *     read any more, the value that was put, alone. Fails as {@link #get} and {@link #put} do
   */
  CompletableFuture<Siblings<V>> update(
      K key, Resolver<V> resolver, Function<Optional<V>, V> change, WriteOptions options);

  /** Changes the value of a key, and resolves its siblings. */
  default CompletableFuture<Siblings<V>> update(
      K key, Resolver<V> resolver, Function<Optional<V>, V> change) {
    return update(key, resolver, change, WriteOptions.DEFAULT);
  }
}
