package io.quorate.client;

import java.nio.charset.StandardCharsets;

/**
 * Updates and reads small maps of fields, which keys of a tenant with model LINEARIZABLE have as
 * their values, and waits for the answer: the blocking face of {@link AsyncFields}, whose Javadoc
 * says what each operation promises, how large maps may be, and what failures say about the data.
 * Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("orders", TenantSettings.DEFAULT.model(Model.LINEARIZABLE));
 *   Fields orders = client.fields("orders");
 *   orders.update("order:2", FieldsUpdate.EMPTY.ifAbsent("state").set("state", "open"));
 *   FieldsUpdate ship =
 *       FieldsUpdate.EMPTY
 *           .ifEquals("state", "open")
 *           .ifAbsent("hold")
 *           .set("state", "shipped")
 *           .set("carrier", "mail")
 *           .remove("note");
 *   try {
 *     orders.update("order:2", ship);
 *   } catch (ConditionFailedException elsewhere) {
 *     System.out.println("not shipped, look at " + elsewhere.field().orElse("the key"));
 *   }
 *   System.out.println(orders.get("order:2").text("state").orElseThrow());
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop.
 */
public interface Fields {
  /**
   * Carries out all edits of an update if all of its conditions hold, at most once.
   *
   * @param update one edit at least
   * @throws ConditionFailedException a condition does not hold, the key has a value that is no map,
   *     or the map would become too large: nothing was applied, and no attempt at it will be
   * @throws OutcomeUnknownException it has taken effect once, may still do so once, or never does
   */
  WriteResult update(byte[] key, FieldsUpdate update, WriteOptions options);

  /**
   * Reads all fields of a key.
   *
   * @throws DecodingException the key has a value that is no map
   */
  FieldsValue get(byte[] key, ReadOptions options);

  /** Carries out an update; the key is in UTF-8. */
  default WriteResult update(String key, FieldsUpdate update, WriteOptions options) {
    return update(key.getBytes(StandardCharsets.UTF_8), update, options);
  }

  /** Carries out an update; the key is in UTF-8. */
  default WriteResult update(String key, FieldsUpdate update) {
    return update(key, update, WriteOptions.DEFAULT);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default FieldsValue get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default FieldsValue get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
