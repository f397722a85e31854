package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Updates maps in a tenant with model MAPS, without blocking: each key has fields with names, which
 * are counters, sets, registers and flags, and which any clients change at the same time.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("players", TenantSettings.DEFAULT.model(Model.MAPS));
 *   AsyncMaps players = client.asyncMaps("players");
 *   players
 *       .update("ada", MapUpdate.EMPTY.increment("points", 10).add("badges", "first win"))
 *       .thenCompose(done -> players.get("ada"))
 *       .thenAccept(now -> System.out.println(now.count("points")))
 *       .join();
 * }
 * }</pre>
 *
 * <p>All changes of one update take effect together, or none does; a read that runs at the same
 * time as updates may show a part of one. An update that was acknowledged has taken effect once,
 * however often the client sends it. One that fails with {@link OutcomeUnknownException} has taken
 * effect once, or may still do so, or never does: what it counts may come with a later update of
 * this client of the same counter; other changes are not tried again. One that fails otherwise has
 * no effect.
 *
 * <p>Futures complete on the client's event loop; what is said of it, of keys and of arrays at
 * {@link AsyncKeyValue} holds here, too. Updates of one key that are asked for while an earlier one
 * is under way travel together, in one request. In a tenant of another model each call fails with
 * {@link WrongModelException}. An options' tenant takes precedence.
 */
public interface AsyncMaps {
  /**
   * Makes all changes of an update, of which one without any is done at once.
   *
   * @param update at most 1000 changes
   * @param options a {@link WriteOptions#ttl} is refused: fields do not expire
   * @return completes once the level holds on stable storage. Fails with {@link
   *     UnavailableException}, {@link OverloadedException}, {@link NotServingException}, {@link
   *     DeadlineExceededException}, {@link KeyTooLargeException} (nothing was applied anywhere),
   *     {@link OutcomeUnknownException} (see above), {@link InvalidRequestException}, {@link
   *     WrongModelException} or {@link UnknownTenantException} (it never can be applied)
   */
  CompletableFuture<UpdateResult> update(byte[] key, MapUpdate update, WriteOptions options);

  /**
   * Reads all fields of a key. Fails with {@link UnavailableException}, {@link
   * OverloadedException}, {@link NotServingException}, {@link DeadlineExceededException}, {@link
   * UnknownTenantException} or {@link WrongModelException}.
   *
   * @param options a {@link ReadOptions#fallback} and a {@link ReadOptions#minVersion} are refused
   */
  CompletableFuture<MapValue> get(byte[] key, ReadOptions options);

  /** Makes all changes of an update; the key is in UTF-8. */
  default CompletableFuture<UpdateResult> update(
      String key, MapUpdate update, WriteOptions options) {
    return update(key.getBytes(StandardCharsets.UTF_8), update, options);
  }

  /** Makes all changes of an update; the key is in UTF-8. */
  default CompletableFuture<UpdateResult> update(String key, MapUpdate update) {
    return update(key, update, WriteOptions.DEFAULT);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default CompletableFuture<MapValue> get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default CompletableFuture<MapValue> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
