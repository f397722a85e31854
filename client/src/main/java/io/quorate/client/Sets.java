package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Adds to and removes from sets in a tenant with model SETS, and waits for the answer: the blocking
 * face of {@link AsyncSets}, whose Javadoc says what each operation promises, and what failures say
 * about the data. Safe for many threads at once.
 *
 * <pre>{@code
 * try (QuorateClient client =
 *     QuorateClient.builder().endpoints("127.0.0.1:7401,127.0.0.1:7402").build()) {
 *   Administration.of(client)
 *       .cluster()
 *       .createTenant("tags", TenantSettings.DEFAULT.model(Model.SETS));
 *   Sets tags = client.sets("tags");
 *   tags.add("photo:1", "sea", "sun");
 *   SetValue read = tags.get("photo:1");
 *   tags.add("photo:1", "sun"); // by another user, who likes that tag
 *   tags.remove("photo:1", read, "sea", "sun"); // "sun" stays: it was added again since
 *   tags.remove("photo:1", "sun"); // takes away whatever there is
 * }
 * }</pre>
 *
 * <p>Not to be called from the client's event loop.
 */
public interface Sets {
  /**
   * Adds elements to a key.
   *
   * @param elements at most 1000
   * @throws OutcomeUnknownException it has taken effect once, may still do so once, or never does
   */
  UpdateResult add(byte[] key, List<byte[]> elements, WriteOptions options);

  /**
   * Removes elements from a key: what a quorum of replicas has of them when the call is carried
   * out. What others add meanwhile stays.
   *
   * @throws OutcomeUnknownException it has taken effect once, may still do so once, or never does
   */
  UpdateResult remove(byte[] key, List<byte[]> elements, WriteOptions options);

  /**
   * Removes elements from a key as they were read: what others have added since stays.
   *
   * @param seen what a read of this key has returned; elements that it does not have are passed
   *     over
   * @throws OutcomeUnknownException it has taken effect once, may still do so once, or never does
   */
  UpdateResult remove(byte[] key, SetValue seen, List<byte[]> elements, WriteOptions options);

  /** Reads the elements of a key. */
  SetValue get(byte[] key, ReadOptions options);

  /** Adds elements to a key; all are in UTF-8. */
  default UpdateResult add(String key, String... elements) {
    return add(utf8(key), utf8(elements), WriteOptions.DEFAULT);
  }

  /** Removes elements from a key: what a quorum of replicas has of them; all are in UTF-8. */
  default UpdateResult remove(String key, String... elements) {
    return remove(utf8(key), utf8(elements), WriteOptions.DEFAULT);
  }

  /** Removes elements from a key as they were read; all are in UTF-8. */
  default UpdateResult remove(String key, SetValue seen, String... elements) {
    return remove(utf8(key), seen, utf8(elements), WriteOptions.DEFAULT);
  }

  /** Reads the elements of a key, which is in UTF-8. */
  default SetValue get(String key, ReadOptions options) {
    return get(utf8(key), options);
  }

  /** Reads the elements of a key, which is in UTF-8. */
  default SetValue get(String key) {
    return get(key, ReadOptions.DEFAULT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static List<byte[]> utf8(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }
}
