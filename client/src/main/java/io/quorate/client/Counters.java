package io.quorate.client;

import java.nio.charset.StandardCharsets;

/**
 * Counts in a tenant with model COUNTERS, and waits for the answer: the blocking face of {@link
 * AsyncCounters}, whose Javadoc says what each operation promises, and what failures say about the
 * data. Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("views", TenantSettings.DEFAULT.model(Model.COUNTERS));
 *   Counters views = client.counters("views");
 *   views.increment("page:1", 1);
 *   views.increment("page:1", 5);
 *   views.decrement("page:1", 2);
 *   System.out.println(views.get("page:1").value()); // 4
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop.
 */
public interface Counters {
  /**
   * Adds to a key.
   *
   * @param by 0 to 2^62 - 1
   * @throws OutcomeUnknownException it has counted once, may still do so once, or never does
   */
  UpdateResult increment(byte[] key, long by, WriteOptions options);

  /**
   * Takes away from a key, which may become negative.
   *
   * @param by 0 to 2^62 - 1
   * @throws OutcomeUnknownException it has counted once, may still do so once, or never does
   */
  UpdateResult decrement(byte[] key, long by, WriteOptions options);

  /** Reads the number of a key. */
  CounterValue get(byte[] key, ReadOptions options);

  /** Adds to a key, which is in UTF-8. */
  default UpdateResult increment(String key, long by, WriteOptions options) {
    return increment(key.getBytes(StandardCharsets.UTF_8), by, options);
  }

  /** Adds to a key, which is in UTF-8. */
  default UpdateResult increment(String key, long by) {
    return increment(key, by, WriteOptions.DEFAULT);
  }

  /** Takes away from a key, which is in UTF-8. */
  default UpdateResult decrement(String key, long by, WriteOptions options) {
    return decrement(key.getBytes(StandardCharsets.UTF_8), by, options);
  }

  /** Takes away from a key, which is in UTF-8. */
  default UpdateResult decrement(String key, long by) {
    return decrement(key, by, WriteOptions.DEFAULT);
  }

  /** Reads the number of a key, which is in UTF-8. */
  default CounterValue get(String key, ReadOptions options) {
    return get(key.getBytes(StandardCharsets.UTF_8), options);
  }

  /** Reads the number of a key, which is in UTF-8. */
  default CounterValue get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }
}
