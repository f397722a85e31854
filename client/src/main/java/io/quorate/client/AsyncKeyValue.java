package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads and writes keys without blocking.
 *
 * <p>Futures complete on the client's event loop: what is chained to them must not block, or use
 * the {@code …Async} variants of {@link CompletableFuture}. A future fails with a {@link
 * QuorateException}. Calls made in the same turn of the loop travel together, so issuing many and
 * then waiting is much cheaper than one after the other. Cancelling a future does not call the
 * operation back.
 *
 * <p>Keys are 1 to 4096 bytes, unless the cluster is configured otherwise. Arrays given are not
 * copied: leave them as they are until the future completes. A writer that must know whether its
 * write took effect looks at {@link QuorateException#mayHaveApplied}. A write is repeated by the
 * client, under one request id, where that is useful and the deadline allows; as the newest write
 * of a key wins, the repetition stores the same value again, as a write concurrent with all that
 * happened since the call began.
 *
 * <p>In a tenant that was created with retries ONCE, each call of put and delete takes effect at
 * most once, however often the client repeats it, and reads and writes of a key are linearizable;
 * values that expire are not. Keys are read and written at {@link Level#QUORUM} there. A call that
 * the caller repeats is another write.
 *
 * <p>In a tenant with model SIBLINGS all but {@link #scan} and {@link #deleteAll} fail with {@link
 * WrongModelException} before anything is sent: a key may have several values, of which a get could
 * return one, and a put that knows none of them would add another. {@link
 * QuorateClient#asyncSiblings} is for these. Only while the client does not know of the tenant yet,
 * since it was created a moment ago, a put or delete may be carried out, as one without a context.
 * The same holds in tenants with model COUNTERS, SETS or MAPS, whose nodes refuse puts and deletes:
 * {@link QuorateClient#asyncCounters}, {@link QuorateClient#asyncSets} and {@link
 * QuorateClient#asyncMaps} are for these.
 */
public interface AsyncKeyValue {
  /**
   * Stores {@code value} and completes once the level holds on stable storage.
   *
   * @return the version written. Fails with {@link OutcomeUnknownException} if it may have been
   *     applied, or may still be. With each other failure nothing was applied: {@link
   *     UnavailableException}, {@link OverloadedException}, {@link NotServingException} or {@link
   *     DeadlineExceededException} (a later call may succeed); {@link InvalidRequestException},
   *     {@link UnknownTenantException} or {@link PermissionDeniedException} (something has to be
   *     corrected first); {@link ConditionFailedException} or {@link FencedException} (the key is
   *     not as the options ask; for a fence see {@link WriteOptions#fencedBy}); {@link
   *     ClientClosedException}
   */
  CompletableFuture<WriteResult> put(byte[] key, byte[] value, WriteOptions options);

  /**
   * Reads the newest value of a key.
   *
   * @return what was found; that the key has no value is an answer, too. Fails with {@link
   *     UnavailableException}, {@link OverloadedException}, {@link NotServingException}, {@link
   *     DeadlineExceededException} or {@link ServerFaultException} (a later call may succeed);
   *     {@link InvalidRequestException}, {@link UnknownTenantException} or {@link
   *     PermissionDeniedException} (something has to be corrected first); {@link FencedException};
   *     {@link ClientClosedException}
   */
  CompletableFuture<GetResult> get(byte[] key, ReadOptions options);

  /** Deletes a key; deleting an absent key succeeds. Fails as {@link #put} does. */
  CompletableFuture<WriteResult> delete(byte[] key, WriteOptions options);

  /**
   * Adds to the number that a key has as its value, in decimal digits and with a minus sign if it
   * is negative; a key without a value has 0. Takes effect at most once, and needs no read before.
   * Only in tenants with model LINEARIZABLE.
   *
   * @param by a negative number is taken away
   * @return the sum. Fails with {@link ConditionFailedException} if the key has a value that is no
   *     such number, or if the sum would not be within the bounds of the options or of 64 bits
   *     (nothing was applied), and as {@link #put} does
   */
  CompletableFuture<IncrementResult> increment(byte[] key, long by, IncrementOptions options);

  /** Key as UTF-8. */
  default CompletableFuture<IncrementResult> increment(
      String key, long by, IncrementOptions options) {
    return increment(utf8(key), by, options);
  }

  /** Key as UTF-8. */
  default CompletableFuture<IncrementResult> increment(String key, long by) {
    return increment(utf8(key), by, IncrementOptions.DEFAULT);
  }

  /** Reads the entries whose key begins with {@code prefix} (empty: all), page by page. */
  AsyncScan scan(byte[] prefix, ScanOptions options);

  /**
   * Deletes the keys that begin with {@code prefix} (empty: all), one by one and many at a time. It
   * is no deletion at one moment: what is put meanwhile under such a key stays, or goes. To delete
   * a key twice does no harm, so a deletion that ended early may be made again, from its beginning
   * or {@linkplain DeletionResult#cursor where it was}.
   *
   * <p>It ends early with the first key that could not be deleted, once the client has tried again
   * as it does for one key; what was under way then is waited for. Works in tenants with model
   * SIBLINGS as well, where it deletes all siblings that a key has when it is deleted. In tenants
   * with model COUNTERS, SETS or MAPS, whose keys cannot be deleted, it ends with {@link
   * WrongModelException}. It is made of page reads and deletes, which need the same grants as those
   * that are made by themselves.
   */
  AsyncDeletion deleteAll(byte[] prefix, DeletionOptions options);

  /** Prefix as UTF-8. */
  default AsyncDeletion deleteAll(String prefix, DeletionOptions options) {
    return deleteAll(utf8(prefix), options);
  }

  /**
   * Reads many keys; each has its own outcome, in the order asked. Never fails as a whole. As many
   * are under way as the nodes take well; the others wait, within the timeout, which is that of the
   * whole. If the future is cancelled, they are not asked any more.
   */
  default CompletableFuture<List<Outcome<GetResult>>> getAll(
      List<byte[]> keys, ReadOptions options) {
    List<CompletableFuture<GetResult>> gets = new ArrayList<>(keys.size());
    for (byte[] key : keys) {
      gets.add(get(key, options));
    }
    return Outcomes.ofAll(gets);
  }

  /**
   * Stores many values; each has its own outcome, in the order given. Not a transaction. Never
   * fails as a whole. As many are under way as the nodes take well; the others wait, within the
   * timeout, which is that of the whole: give a large batch the time that it needs. If the future
   * is cancelled, they are not sent any more.
   */
  default CompletableFuture<List<Outcome<WriteResult>>> putAll(
      List<Entry> entries, WriteOptions options) {
    List<CompletableFuture<WriteResult>> puts = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      puts.add(put(entry.key(), entry.value(), options));
    }
    return Outcomes.ofAll(puts);
  }

  default CompletableFuture<WriteResult> put(byte[] key, byte[] value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /** Key and value as UTF-8. */
  default CompletableFuture<WriteResult> put(String key, String value) {
    return put(utf8(key), utf8(value), WriteOptions.DEFAULT);
  }

  /** Key and value as UTF-8. */
  default CompletableFuture<WriteResult> put(String key, String value, WriteOptions options) {
    return put(utf8(key), utf8(value), options);
  }

  default CompletableFuture<GetResult> get(byte[] key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Key as UTF-8. */
  default CompletableFuture<GetResult> get(String key) {
    return get(utf8(key), ReadOptions.DEFAULT);
  }

  /** Key as UTF-8. */
  default CompletableFuture<GetResult> get(String key, ReadOptions options) {
    return get(utf8(key), options);
  }

  default CompletableFuture<WriteResult> delete(byte[] key) {
    return delete(key, WriteOptions.DEFAULT);
  }

  /** Key as UTF-8. */
  default CompletableFuture<WriteResult> delete(String key) {
    return delete(utf8(key), WriteOptions.DEFAULT);
  }

  /** Key as UTF-8. */
  default CompletableFuture<WriteResult> delete(String key, WriteOptions options) {
    return delete(utf8(key), options);
  }

  /** Prefix as UTF-8. */
  default AsyncScan scan(String prefix, ScanOptions options) {
    return scan(utf8(prefix), options);
  }

  /** Prefix as UTF-8. */
  default AsyncScan scan(String prefix) {
    return scan(utf8(prefix), ScanOptions.DEFAULT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
