package io.quorate.storage;

/**
 * Told what the disk does, for meters. Called on lanes and on the storage's own threads, several at
 * once; returns at once.
 */
public interface StorageListener {
  /** Hears nothing. */
  StorageListener NONE = new StorageListener() {};

  /** A group of writes became durable, which took {@code nanos}. */
  default void onSync(long nanos, int writes, long bytes) {}

  /** A group of writes failed, or was refused. */
  default void onWritesFailed(StorageFault fault, int writes) {}

  /** Something was said of the records being written again, since some cannot be read. */
  default void onRenewal(String news) {}

  /** A record is read, or was at once. */
  default void onRead(From from) {}

  /** Where a record is read from. */
  enum From {
    /** From memory: it was looked for there, and found. */
    CACHE,

    /** From disk: it was looked for in memory, and was not there. */
    DISK,

    /**
     * From either: a thread reads it that may wait for the disk, and it was not looked for in
     * memory before, since such looks have found little of late.
     */
    CACHE_OR_DISK
  }
}
