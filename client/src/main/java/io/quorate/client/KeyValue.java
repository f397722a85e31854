package io.quorate.client;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads and writes keys, and waits for the answer: the blocking face of {@link AsyncKeyValue},
 * whose Javadoc says what each operation promises. Safe for many threads at once, and quicker with
 * many.
 *
 * <p>Not to be called from the client's event loop (from what is chained to an asynchronous
 * result): that is refused with an {@link IllegalStateException}, as it would wait for itself.
 *
 * <p>A thread that is interrupted while it waits stays interrupted. It gets an {@link
 * OutcomeUnknownException} if it waits for a write, and else a {@link
 * java.util.concurrent.CancellationException}, which is no {@link QuorateException}. What was not
 * sent then of a {@code putAll} or {@code getAll} is not sent any more. The call itself goes on
 * until it is answered or its time is over, with the arrays that it was given: do not write these
 * again until then.
 */
public interface KeyValue {
  /**
   * Stores a value, and returns once as many replicas as the level asks for have it on stable
   * storage.
   *
   * @return the version written
   * @throws OutcomeUnknownException it may have been applied, or may still be
   * @throws QuorateException it was not applied; {@link AsyncKeyValue#put} names the types
   */
  WriteResult put(byte[] key, byte[] value, WriteOptions options);

  /** Stores a value: see {@link #put(byte[], byte[], WriteOptions)}. */
  default WriteResult put(byte[] key, byte[] value) {
    return put(key, value, WriteOptions.DEFAULT);
  }

  /** Stores a value, key and value as UTF-8: see {@link #put(byte[], byte[], WriteOptions)}. */
  default WriteResult put(String key, String value) {
    return put(utf8(key), utf8(value), WriteOptions.DEFAULT);
  }

  /** Stores a value, key and value as UTF-8: see {@link #put(byte[], byte[], WriteOptions)}. */
  default WriteResult put(String key, String value, WriteOptions options) {
    return put(utf8(key), utf8(value), options);
  }

  /**
   * Reads the newest value of a key. That it has none is an answer, too: {@link GetResult#found}.
   *
   * @throws QuorateException it could not be read; {@link AsyncKeyValue#get} names the types
   */
  GetResult get(byte[] key, ReadOptions options);

  /** Reads a key: see {@link #get(byte[], ReadOptions)}. */
  default GetResult get(byte[] key) {
    return get(key, ReadOptions.DEFAULT);
  }

  /** Reads a key, which is in UTF-8: see {@link #get(byte[], ReadOptions)}. */
  default GetResult get(String key) {
    return get(utf8(key), ReadOptions.DEFAULT);
  }

  /** Reads a key, which is in UTF-8: see {@link #get(byte[], ReadOptions)}. */
  default GetResult get(String key, ReadOptions options) {
    return get(utf8(key), options);
  }

  /**
   * Deletes a key; that it has no value is no failure.
   *
   * @return the version of the deletion
   * @throws OutcomeUnknownException it may have been applied, or may still be
   * @throws QuorateException it was not applied; {@link AsyncKeyValue#put} names the types
   */
  WriteResult delete(byte[] key, WriteOptions options);

  /** Deletes a key: see {@link #delete(byte[], WriteOptions)}. */
  default WriteResult delete(byte[] key) {
    return delete(key, WriteOptions.DEFAULT);
  }

  /** Deletes a key, which is in UTF-8: see {@link #delete(byte[], WriteOptions)}. */
  default WriteResult delete(String key) {
    return delete(utf8(key), WriteOptions.DEFAULT);
  }

  /** Deletes a key, which is in UTF-8: see {@link #delete(byte[], WriteOptions)}. */
  default WriteResult delete(String key, WriteOptions options) {
    return delete(utf8(key), options);
  }

  /**
   * Adds to the number that a key has: see {@link AsyncKeyValue#increment}.
   *
   * @throws ConditionFailedException the key has no number, or the sum is not within the bounds:
   *     nothing was applied
   * @throws OutcomeUnknownException it may have been applied, or may still be
   */
  IncrementResult increment(byte[] key, long by, IncrementOptions options);

  /** Key as UTF-8. */
  default IncrementResult increment(String key, long by, IncrementOptions options) {
    return increment(utf8(key), by, options);
  }

  /** Key as UTF-8. */
  default IncrementResult increment(String key, long by) {
    return increment(utf8(key), by, IncrementOptions.DEFAULT);
  }

  /** Reads many keys; each has its own outcome, in the order asked. */
  List<Outcome<GetResult>> getAll(List<byte[]> keys, ReadOptions options);

  /** Stores many values; each has its own outcome, in the order given. Not a transaction. */
  List<Outcome<WriteResult>> putAll(List<Entry> entries, WriteOptions options);

  /**
   * Deletes the keys that begin with {@code prefix}: see {@link AsyncKeyValue#deleteAll}. A thread
   * that is interrupted while it waits lets the deletion end.
   *
   * @return what was done, also if it ended early; {@link DeletionResult#orThrow} throws then
   */
  DeletionResult deleteAll(byte[] prefix, DeletionOptions options);

  /** Prefix as UTF-8. */
  default DeletionResult deleteAll(String prefix, DeletionOptions options) {
    return deleteAll(utf8(prefix), options);
  }

  /** Prefix as UTF-8. */
  default DeletionResult deleteAll(String prefix) {
    return deleteAll(utf8(prefix), DeletionOptions.DEFAULT);
  }

  /** Reads the entries whose key begins with {@code prefix}; empty: all. Close it when done. */
  Scan scan(byte[] prefix, ScanOptions options);

  /** Prefix as UTF-8. */
  default Scan scan(String prefix, ScanOptions options) {
    return scan(utf8(prefix), options);
  }

  /** Prefix as UTF-8. */
  default Scan scan(String prefix) {
    return scan(utf8(prefix), ScanOptions.DEFAULT);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
