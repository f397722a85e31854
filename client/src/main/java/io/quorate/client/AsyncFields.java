package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Updates and reads small maps of fields, which keys of a tenant with model LINEARIZABLE have as
 * their values, without blocking. An update has conditions on fields; if all of them hold, all of
 * its edits take effect, in one moment in which nothing else happens to the key, and at most once,
 * however often the client tries. Where any client may change any field at any time, without
 * conditions, a tenant with model MAPS and {@link AsyncMaps} take less.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("orders", TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
 *   AsyncFields orders = client.asyncFields("orders");
 *   orders
 *       .update("order:3", FieldsUpdate.EMPTY.ifAbsent("state").set("state", "open"))
 *       .thenCompose(done -> orders.get("order:3"))
 *       .thenAccept(now -> System.out.println(now.text("state").orElseThrow()))
 *       .join();
 * }
 * }</pre>
 *
 * <p>A map has at most 1024 fields, and as many bytes as a value of the tenant may have: 6 of its
 * own, and for each field 6 beside its name and value. It is the value of its key, which {@link
 * AsyncKeyValue} reads, puts, compares and deletes as bytes; a key that it gave another value, such
 * as a number, has no map until it is deleted, or is put a map.
 *
 * <p>Futures complete on the client's event loop; what is said of it, of keys and of arrays at
 * {@link AsyncKeyValue} holds here, too. An options' tenant takes precedence.
 */
public interface AsyncFields {
  /**
   * Carries out all edits of an update if all of its conditions hold; a key without a value has a
   * map without fields. An update that took effect leaves a map, also if it removed the last field:
   * {@link AsyncKeyValue#delete} takes the key away.
   *
   * @param update one edit at least
   * @param options a {@link WriteOptions#onlyIf} must hold, too: with {@link Condition#version},
   *     the update takes effect only on the map that was read. A {@link WriteOptions#ttl} is
   *     refused, and so is a level other than {@link Level#QUORUM}
   * @return the version written. Fails with {@link ConditionFailedException} if a condition does
   *     not hold, which it names, if the key has a value that is no map, or if the map would become
   *     too large (nothing was applied, and no attempt at it will be); with {@link FencedException}
   *     likewise; with {@link UnavailableException}, {@link OverloadedException}, {@link
   *     NotServingException}, {@link DeadlineExceededException} (nothing was applied anywhere),
   *     {@link OutcomeUnknownException} (it may have been, once), {@link InvalidRequestException}
   *     or {@link UnknownTenantException} (it never can be)
   */
  CompletableFuture<WriteResult> update(byte[] key, FieldsUpdate update, WriteOptions options);

  /**
   * Reads all fields of a key: what the updates that were done before have made of them. Fails as
   * {@link AsyncKeyValue#get} does, and with {@link DecodingException} if the key has a value that
   * is no map.
   *
   * @param options a {@link ReadOptions#fallback} is refused
   */
  CompletableFuture<FieldsValue> get(byte[] key, ReadOptions options);

  /** Carries out an update; the key is in UTF-8. */
  default CompletableFuture<WriteResult> update(
      String key, FieldsUpdate update, WriteOptions options) {
    return update(key.getBytes(StandardCharsets.UTF_8), update, options);
  }

  /** Carries out an update; the key is in UTF-8. */
  default CompletableFuture<WriteResult> update(String key, FieldsUpdate update) {
    return update(key, update, WriteOptions.DEFAULT);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default CompletableFuture<FieldsValue> get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default CompletableFuture<FieldsValue> get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
