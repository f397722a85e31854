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

  /** A record was read; {@code cached} if that needed no disk and was answered at once. */
  default void onRead(boolean cached) {}
}
