package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Adds to and removes from sets in a tenant with model SETS, without blocking: each key is a set of
 * values, which any clients change at the same time.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("followers", TenantSettings.DEFAULT.model(Model.SETS));
 *   AsyncSets followers = client.asyncSets("followers");
 *   followers
 *       .add("user:1", "grace", "barbara")
 *       .thenCompose(done -> followers.get("user:1"))
 *       .thenAccept(now -> System.out.println(now.texts()))
 *       .join();
 * }
 * }</pre>
 *
 * <p>Of an addition and a removal at the same time, the addition wins: a removal takes away what it
 * has seen and nothing else. A call that was acknowledged has taken effect once, however often the
 * client sends it. A call that fails with {@link OutcomeUnknownException} has taken effect once,
 * may still do so once, or never does; the client does not try it again. A call that fails
 * otherwise has no effect.
 *
 * <p>Futures complete on the client's event loop; what is said of it, of keys and of arrays at
 * {@link AsyncKeyValue} holds here, too. Updates of one key that are asked for while an earlier one
 * is under way travel together, in one request. In a tenant of another model each call fails with
 * {@link WrongModelException}. An options' tenant takes precedence.
 */
public interface AsyncSets {
  /**
   * Adds elements to a key.
   *
   * @param elements at most 1000
   * @param options a {@link WriteOptions#ttl} is refused: elements do not expire
   * @return completes once the level holds on stable storage. Fails with {@link
   *     UnavailableException}, {@link OverloadedException}, {@link NotServingException}, {@link
   *     DeadlineExceededException}, {@link KeyTooLargeException} (nothing was applied anywhere),
   *     {@link OutcomeUnknownException} (see above), {@link InvalidRequestException}, {@link
   *     WrongModelException} or {@link UnknownTenantException} (it never can be applied)
   */
  CompletableFuture<UpdateResult> add(byte[] key, List<byte[]> elements, WriteOptions options);

  /**
   * Removes elements from a key: what a quorum of replicas has of them when the call is carried
   * out. What others add meanwhile stays. Removing what is not there succeeds. One request, and no
   * read of this client; otherwise as {@link #add}.
   */
  CompletableFuture<UpdateResult> remove(byte[] key, List<byte[]> elements, WriteOptions options);

  /**
   * Removes elements from a key as they were read: what others have added since stays, an addition
   * of the same value among it. Elements that {@code seen} does not have are passed over. Otherwise
   * as {@link #add}.
   *
   * @param seen what a read of this key has returned
   */
  CompletableFuture<UpdateResult> remove(
      byte[] key, SetValue seen, List<byte[]> elements, WriteOptions options);

  /**
   * Reads the elements of a key. Fails with {@link UnavailableException}, {@link
   * OverloadedException}, {@link NotServingException}, {@link DeadlineExceededException}, {@link
   * UnknownTenantException} or {@link WrongModelException}.
   *
   * @param options a {@link ReadOptions#fallback} and a {@link ReadOptions#minVersion} are refused
   */
  CompletableFuture<SetValue> get(byte[] key, ReadOptions options);

  /** Adds elements to a key; all are in UTF-8. */
  default CompletableFuture<UpdateResult> add(String key, String... elements) {
    return add(utf8(key), utf8(elements), WriteOptions.DEFAULT);
  }

  /** Removes elements from a key: what a quorum of replicas has of them; all are in UTF-8. */
  default CompletableFuture<UpdateResult> remove(String key, String... elements) {
    return remove(utf8(key), utf8(elements), WriteOptions.DEFAULT);
  }

  /** Removes elements from a key as they were read; all are in UTF-8. */
  default CompletableFuture<UpdateResult> remove(String key, SetValue seen, String... elements) {
    return remove(utf8(key), seen, utf8(elements), WriteOptions.DEFAULT);
  }

  /** Reads the elements of a key, which is in UTF-8. */
  default CompletableFuture<SetValue> get(String key, ReadOptions options) {
    return get(utf8(key), options);
  }

  /** Reads the elements of a key, which is in UTF-8. */
  default CompletableFuture<SetValue> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> utf8(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
