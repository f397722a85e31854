package io.quorate.storage.rocks.database;

import io.quorate.storage.Durability;
import io.quorate.storage.Durability.Synced;
import io.quorate.storage.crypt.Encryption;

/**
 * How a node uses its disk and the memory before it.
 *
 * @param durability when a write counts as durable
 * @param syncSpacingNanos least time between two syncs under load; a write that comes alone does
 *     not wait
 * @param cacheBytes memory for blocks that were read
 * @param memtableBytes memory that gathers writes before they become a file; up to three of these
 * @param walBytesMax log kept at most, which bounds how long a start after a crash takes. Until the
 *     log is that long, families that are seldom written keep all of it, and none is written over
 * @param readers threads that read what is not in memory; of several, one reads no pages
 * @param backgroundJobs threads that flush and compact
 * @param encryption whether values are encrypted
 */
public record RocksSettings(
    Durability durability,
    long syncSpacingNanos,
    long cacheBytes,
    long memtableBytes,
    long walBytesMax,
    int readers,
    int backgroundJobs,
    Encryption encryption) {

  /** Log for each byte of memtables: one that fills, and one that is written out meanwhile. */
  private static final int WAL_PER_MEMTABLE = 2;

  /**
   * For a small machine: synced, 600 us apart under load, 256 MiB of cache, memtables of 64 MiB,
   * three readers, two background jobs.
   */
  public static final RocksSettings DEFAULT =
      new RocksSettings(new Synced(), 600_000, 256L << 20, 64L << 20, walBytesMax(64L << 20), 3, 2);

  /** Settings without encryption. */
  public RocksSettings(
      Durability durability,
      long syncSpacingNanos,
      long cacheBytes,
      long memtableBytes,
      long walBytesMax,
      int readers,
      int backgroundJobs) {
    this(
        durability,
        syncSpacingNanos,
        cacheBytes,
        memtableBytes,
        walBytesMax,
        readers,
        backgroundJobs,
        new Encryption.Off());
  }

  public RocksSettings {
    if (cacheBytes < 1 || memtableBytes < 1 || walBytesMax < 1) {
      throw new IllegalArgumentException(
          "cache of %d, memtable of %d and log of %d bytes: each must be positive"
              .formatted(cacheBytes, memtableBytes, walBytesMax));
    }
    if (readers < 1 || backgroundJobs < 1) {
      throw new IllegalArgumentException(
          "%d readers and %d background jobs: at least one of each"
              .formatted(readers, backgroundJobs));
    }
  }

  /** How much log is enough: less of it would have memtables written out before they are full. */
  public static long walBytesMax(long memtableBytes) {
    return WAL_PER_MEMTABLE * memtableBytes;
  }

  public RocksSettings with(Durability other) {
    return with(other, encryption);
  }

  public RocksSettings with(Encryption other) {
    return with(durability, other);
  }

  private RocksSettings with(Durability otherDurability, Encryption otherEncryption) {
    return new RocksSettings(
        otherDurability,
        syncSpacingNanos,
        cacheBytes,
        memtableBytes,
        walBytesMax,
        readers,
        backgroundJobs,
        otherEncryption);
  }
}
