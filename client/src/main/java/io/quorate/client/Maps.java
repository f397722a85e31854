package io.quorate.client;

import java.nio.charset.StandardCharsets;

/**
 * Updates maps in a tenant with model MAPS, and waits for the answer: the blocking face of {@link
 * AsyncMaps}, whose Javadoc says what each operation promises, and what failures say about the
 * data. Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("profiles", TenantSettings.DEFAULT.model(Model.MAPS));
 *   Maps profiles = client.maps("profiles");
 *   profiles.update(
 *       "user:1",
 *       MapUpdate.EMPTY
 *           .assign("name", "Ada")
 *           .increment("logins", 1)
 *           .add("groups", "admins", "authors")
 *           .enable("newsletter"));
 *   MapValue ada = profiles.get("user:1");
 *   System.out.println(ada.text("name").orElseThrow() + ", " + ada.set("groups").texts());
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop.
 */
public interface Maps {
  /**
   * Makes all changes of an update together.
   *
   * @param update at most 1000 changes
   * @throws OutcomeUnknownException it has taken effect once, may still do so once, or never does
   */
  UpdateResult update(byte[] key, MapUpdate update, WriteOptions options);

  /** Reads all fields of a key. */
  MapValue get(byte[] key, ReadOptions options);

  /** Makes all changes of an update; the key is in UTF-8. */
  default UpdateResult update(String key, MapUpdate update, WriteOptions options) {
    return update(key.getBytes(StandardCharsets.UTF_8), update, options);
  }

  /** Makes all changes of an update; the key is in UTF-8. */
  default UpdateResult update(String key, MapUpdate update) {
    return update(key, update, WriteOptions.DEFAULT);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default MapValue get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads all fields of a key, which is in UTF-8. */
  default MapValue get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
