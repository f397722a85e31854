package io.quorate.replication.api;

import io.quorate.placement.Tenant;
import io.quorate.version.Record;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a backup keeps of a tenant, and stores what a restore brings (docs/design/backup.md).
 * All calls are made on the lane, and all callbacks run on it: at once, before the call returns, or
 * later. Exactly one method of a callback is called, once.
 */
public interface BackupPlane {
  /** A key and what it has, as records are kept. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Item(byte[] key, Record record) {}

  /**
   * What is asked for of a partition.
   *
   * @param prefix only keys that begin with it are read; empty: all
   * @param after the key after which the page begins; empty: at the beginning
   * @param cut what the keys had as of the cut with this id (docs/design/cuts.md); 0: what they
   *     have
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Part(int partition, byte[] prefix, byte[] after, long cut) {
    private static final byte[] NO_PREFIX = {};

    /** Of all keys. */
    public static Part of(int partition, byte[] after, long cut) {
      return new Part(partition, NO_PREFIX, after, cut);
    }
  }

  /** Takes a page; exactly one of its methods is called, once. */
  interface PageCallback {
    /**
     * A page.
     *
     * @param items live ones, by key
     * @param next the key after which the next page begins; null: this was the last one
     * @param potentiallyStale whether an acknowledged write may be missing
     */
    void page(List<Item> items, byte @Nullable [] next, boolean potentiallyStale);

    /** There is none. */
    void failed(Failure failure);
  }

  /** Told how storing ended; exactly one of its methods is called, once. */
  interface StoreCallback {
    /** All is stored at a majority of its replicas. */
    void stored();

    /** Any part of it may be stored. */
    void failed(Failure failure);
  }

  /**
   * Told once what a look at a partition found; or not at all, if the answer is of no use any more.
   */
  interface LookCallback {
    /** Whether the answer is still of use; else the look ends. */
    boolean isAwaited();

    /** No replica holds a key that a reader would find. */
    void empty();

    /** One does. */
    void found(byte[] key);

    /** It is not known. */
    void failed(Failure failure);
  }

  /**
   * Looks whether any replica of a partition holds a key of a tenant: at all of its replicas, since
   * a write may have been acknowledged by one of them alone. The tenant may be closed for a
   * restore.
   *
   * @param epoch of the partition: it is looked at under this one, or a later one
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   */
  void look(Tenant tenant, int partition, long epoch, long deadlineNanos, LookCallback callback);

  /**
   * Reads a part of a partition: of each key what a majority of its replicas has, merged.
   *
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   */
  void read(Tenant tenant, Part part, long deadlineNanos, PageCallback callback);

  /**
   * Stores records of a tenant that is being restored. Storing them again changes nothing.
   *
   * @param tenant as it was when the records were made
   * @param items with the version of the restore, see {@code io.quorate.version.Restated}
   * @param deadlineNanos when the caller gives up, on the clock's {@code nanos()}
   */
  void store(Tenant tenant, List<Item> items, long deadlineNanos, StoreCallback callback);
}
