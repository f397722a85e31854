package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Counts in a tenant with model COUNTERS, without blocking: each key is a number, which any clients
 * increment and decrement at the same time.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("likes", TenantSettings.DEFAULT.model(Model.COUNTERS));
 *   AsyncCounters likes = client.asyncCounters("likes");
 *   likes
 *       .increment("photo:1", 1)
 *       .thenCompose(done -> likes.get("photo:1"))
 *       .thenAccept(now -> System.out.println(now.value() + " likes"))
 *       .join();
 * }
 * }</pre>
 *
 * <p>A call that was acknowledged counts once, however often the client sends it. A call that fails
 * with {@link OutcomeUnknownException} counts once or never: it may have counted, or may still do
 * so with a later call of this client for the same key. Do not repeat such a call where counting
 * twice does harm. A call that fails otherwise does not count. A process that ends in between
 * counts at most once.
 *
 * <p>Futures complete on the client's event loop; what is said of it, of keys and of arrays at
 * {@link AsyncKeyValue} holds here, too. Updates of one key that are asked for while an earlier one
 * is under way travel together, in one request. In a tenant of another model each call fails with
 * {@link WrongModelException}. An options' tenant takes precedence.
 */
public interface AsyncCounters {
  /**
   * Adds to a key.
   *
   * @param by 0 to 2^62 - 1
   * @param options a {@link WriteOptions#ttl} is refused: what was counted does not expire
   * @return completes once the level holds on stable storage. Fails with {@link
   *     UnavailableException}, {@link OverloadedException}, {@link NotServingException}, {@link
   *     DeadlineExceededException}, {@link KeyTooLargeException} (nothing was applied anywhere),
   *     {@link OutcomeUnknownException} (see above), {@link InvalidRequestException}, {@link
   *     WrongModelException} or {@link UnknownTenantException} (it never can be applied)
   */
  CompletableFuture<UpdateResult> increment(byte[] key, long by, WriteOptions options);

  /** Takes away from a key, which may become negative; otherwise as {@link #increment}. */
  CompletableFuture<UpdateResult> decrement(byte[] key, long by, WriteOptions options);

  /**
   * Reads the number of a key. Fails with {@link UnavailableException}, {@link
   * OverloadedException}, {@link NotServingException}, {@link DeadlineExceededException}, {@link
   * UnknownTenantException} or {@link WrongModelException}.
   *
   * @param options a {@link ReadOptions#fallback} and a {@link ReadOptions#minVersion} are refused
   */
  CompletableFuture<CounterValue> get(byte[] key, ReadOptions options);

  /** Adds to a key, which is in UTF-8. */
  default CompletableFuture<UpdateResult> increment(String key, long by, WriteOptions options) {
    return increment(key.getBytes(StandardCharsets.UTF_8), by, options);
  }

  /** Adds to a key, which is in UTF-8. */
  default CompletableFuture<UpdateResult> increment(String key, long by) {
    return increment(key, by, WriteOptions.DEFAULT);
  }

  /** Takes away from a key, which is in UTF-8. */
  default CompletableFuture<UpdateResult> decrement(String key, long by, WriteOptions options) {
    return decrement(key.getBytes(StandardCharsets.UTF_8), by, options);
  }

  /** Takes away from a key, which is in UTF-8. */
  default CompletableFuture<UpdateResult> decrement(String key, long by) {
    return decrement(key, by, WriteOptions.DEFAULT);
  }

  /** Reads the number of a key, which is in UTF-8. */
  default CompletableFuture<CounterValue> get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads the number of a key, which is in UTF-8. */
  default CompletableFuture<CounterValue> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
