package io.quorate.client;

/**
 * Reads and writes of one user, or of one thread of work, each of which sees those before it, at
 * every level (Terry and others, <i>Session guarantees for weakly consistent replicated data</i>,
 * 1994):
 *
 * <ul>
 *   <li>a read returns what the session wrote, or something newer (read your writes);
 *   <li>a read returns nothing older than what the session has read (monotonic reads);
 *   <li>a write gets a higher version than all that the session has written and read before it,
 *       also of other keys (monotonic writes; writes follow reads).
 * </ul>
 *
 * <p>A request is before another one if its result was known when the other one was made. Where no
 * replica that can be asked has what the session has seen, a read fails with {@link
 * UnavailableException}: it never returns less. Scans, and what a fallback answers, are no part of
 * a session. Nor are keys of tenants with model SIBLINGS ({@link QuorateClient#siblings}): their
 * reads, at QUORUM, return all that was acknowledged before them.
 *
 * <p>What a session has seen is in its {@link #token}, which may be passed on to another process,
 * as in a header of a web application: {@link QuorateClient#session(String)} goes on there. Safe
 * for many threads at once.
 */
public interface Session {
  /** Reads and writes keys as part of the session, and waits for the answer. */
  KeyValue keyValue();

  /** Reads and writes keys as part of the session, without blocking. */
  AsyncKeyValue asyncKeyValue();

  /** As {@link #keyValue()}, for keys of a tenant and values that codecs translate. */
  <K, V> TypedKeyValue<K, V> keyValue(String tenant, Codec<K> keys, Codec<V> values);

  /** As {@link #asyncKeyValue()}, for keys of a tenant and values that codecs translate. */
  <K, V> AsyncTypedKeyValue<K, V> asyncKeyValue(String tenant, Codec<K> keys, Codec<V> values);

  /**
   * Returns what the session has seen so far, as text of letters, digits, {@code -} and {@code _}:
   * mostly less than 2000 characters. It holds no keys and no values, and belongs to one cluster.
   * It is not signed: a changed token harms the sessions that take it up, and nothing else.
   */
  String token();

  /**
   * Adds what another session has seen: from now on this one sees that, too.
   *
   * @throws InvalidRequestException if it is no token, or if the two together have written or read
   *     more than 128 keys at levels below {@link Level#QUORUM} of late
   */
  void merge(String token);
}
