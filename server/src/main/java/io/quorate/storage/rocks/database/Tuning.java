package io.quorate.storage.rocks.database;

import java.util.ArrayList;
import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.Env;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.RateLimiter;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksObject;
import org.rocksdb.SstFileManager;
import org.rocksdb.WALRecoveryMode;

/**
 * RocksDB's options, each with its reason. Owns the native objects; close it after the database.
 */
public final class Tuning {
  private static final int BLOOM_BITS_PER_KEY = 10;
  private static final long BLOCK_BYTES = 4096;
  private static final long HISTORY_BLOCK_BYTES = 16L << 10;

  /** What becomes a file each, in memory at most: one that fills, and two that are written out. */
  private static final int FILES_IN_MEMORY = 3;

  /**
   * Memtables of a family other than that of the records, at most. With as many that wait to be
   * written out RocksDB stops all writes, also those to other families. With its default, 2, that
   * is when one fills while the one before is written out, as slowly as {@link CompactionPace} has
   * it.
   */
  private static final int MEMTABLES = 4;

  /** Of the history. All of its memtables take no more than one file of records does in memory. */
  private static final long HISTORY_MEMTABLE_BYTES_MAX = 8L << 20;

  private static final long SMALL_MEMTABLE_BYTES = 4L << 20;

  /** Memtables that are written out as one file. RocksDB makes none below 64 KiB. */
  private static final int MERGED_MEMTABLES = 4;

  private static final int RECYCLED_LOGS = 4;
  private static final long BYTES_PER_SYNC = 1L << 20;
  private static final long INFO_LOG_BYTES_MAX = 16L << 20;

  /** What clients may write when RocksDB begins to slow them down; RocksDB's default. */
  private static final long DELAYED_BYTES_PER_SECOND = 16L << 20;

  /** A table of the usual size each second. */
  private static final long DELETED_BYTES_PER_SECOND = 64L << 20;

  /** Of all tables, what may wait to be deleted; more than that is deleted at once. */
  private static final double WAITS_TO_BE_DELETED_MAX = 0.1;

  private final RocksSettings settings;
  private final boolean suspect;
  private final Cache cache;
  private final BloomFilter bloom;
  private final RateLimiter limiter;
  private final List<RocksObject> owned = new ArrayList<>();

  /**
   * @param suspect whether there may be records that cannot be read: a compaction that comes upon
   *     one would stop all writes
   */
  public Tuning(RocksSettings settings, boolean suspect) {
    this.settings = settings;
    this.suspect = suspect;
    cache = own(new LRUCache(settings.cacheBytes()));
    bloom = own(new BloomFilter(BLOOM_BITS_PER_KEY, false));
    limiter = own(CompactionPace.limiter());
  }

  /**
   * @param creates whether the database is created, or what began to be created and was not
   *     finished
   * @param lacksTables whether table files are left out that cannot be read
   */
  public DBOptions database(boolean creates, boolean lacksTables) {
    return own(new DBOptions())
        .setCreateIfMissing(creates)
        // What an existing database lacks it has lost.
        .setCreateMissingColumnFamilies(creates)
        // RocksDB opens a database that lacks tables only if it is told not to be strict with logs
        // and writes either: Inventory has read the logs, and GroupWriter ends with a failed write.
        .setParanoidChecks(!lacksTables)
        // A log that was in use overwrites blocks the file system has already given it, which
        // makes a sync a third cheaper. It asks for this recovery mode: the log ends where its
        // records no longer follow each other, for behind that lie those of its former use.
        .setRecycleLogFileNum(RECYCLED_LOGS)
        .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
        // All families write to one log, and the seldom written ones would keep it for ever.
        .setMaxTotalWalSize(settings.walBytesMax())
        // Files are written out while they grow: one large sync would stall the log's syncs.
        .setBytesPerSync(BYTES_PER_SYNC)
        // There is one writer, so nothing is gained by what lets several write at once.
        .setAllowConcurrentMemtableWrite(false)
        .setEnableWriteThreadAdaptiveYield(false)
        .setMaxBackgroundJobs(settings.backgroundJobs())
        .setRateLimiter(limiter)
        // A compaction ends with many tables that are no longer needed. To delete all of them at
        // once can make the log's syncs wait for the journal of the file system.
        .setSstFileManager(deletions())
        // RocksDB would begin with the limiter's rate, which slows nothing down.
        .setDelayedWriteRate(DELAYED_BYTES_PER_SECOND)
        // All files stay open with their index, so that a cached read never has to open one.
        .setMaxOpenFiles(-1)
        .setAvoidUnnecessaryBlockingIO(true)
        .setInfoLogLevel(InfoLogLevel.INFO_LEVEL)
        .setMaxLogFileSize(INFO_LOG_BYTES_MAX)
        .setKeepLogFileNum(4);
  }

  private SstFileManager deletions() {
    try {
      return own(
          new SstFileManager(
              Env.getDefault(), null, DELETED_BYTES_PER_SECOND, WAITS_TO_BE_DELETED_MAX));
    } catch (RocksDBException impossible) {
      throw new IllegalStateException("no file is touched yet", impossible);
    }
  }

  /** Of a family that is opened; {@link Database#beginCompactions} comes afterwards. */
  public ColumnFamilyOptions family(String name) {
    return healthy(name).setDisableAutoCompactions(true);
  }

  /** Of what is written to tables; {@link CompactionPace} sets its rate. */
  RateLimiter limiter() {
    return limiter;
  }

  /** Whether there may be records that cannot be read. */
  public boolean suspect() {
    return suspect;
  }

  /** Of a family of which every record was written a moment ago. */
  ColumnFamilyOptions healthy(String name) {
    if (RecordFamily.isOne(name)) {
      return data();
    }
    if (name.equals(Family.HINTS.familyName())) {
      return hints();
    }
    return name.equals(Family.HISTORY.familyName()) ? history() : small();
  }

  /** Memtables of a family that wait to be written out when RocksDB stops writes. */
  static int memtablesMax(String name) {
    return RecordFamily.isOne(name) ? FILES_IN_MEMORY * MERGED_MEMTABLES : MEMTABLES;
  }

  private ColumnFamilyOptions data() {
    return own(new ColumnFamilyOptions())
        // Small ones, for a place in a large one is found slowly; written out together, as large
        // as one, so that a file has each of their keys once.
        .setWriteBufferSize(settings.memtableBytes() / MERGED_MEMTABLES)
        .setMaxWriteBufferNumber(FILES_IN_MEMORY * MERGED_MEMTABLES)
        .setMinWriteBufferNumberToMerge(MERGED_MEMTABLES)
        // Most puts follow a get of a key that is not in the memtable.
        .setMemtablePrefixBloomSizeRatio(0.05)
        .setMemtableWholeKeyFiltering(true)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setBlockSize(BLOCK_BYTES)
                .setFilterPolicy(bloom)
                .setOptimizeFiltersForMemory(true));
  }

  private ColumnFamilyOptions history() {
    return own(new ColumnFamilyOptions())
        .setWriteBufferSize(
            Math.min(settings.memtableBytes() / MEMTABLES, HISTORY_MEMTABLE_BYTES_MAX))
        .setMaxWriteBufferNumber(MEMTABLES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        // Nearly all of it is written once and read seldom, or never.
        .setBottommostCompressionType(CompressionType.ZSTD_COMPRESSION)
        // It is only ever scanned: larger blocks compress better, and filters would be of no use.
        .setTableFormatConfig(
            new BlockBasedTableConfig().setBlockCache(cache).setBlockSize(HISTORY_BLOCK_BYTES));
  }

  /** Most hints are new: a filter tells that without a look at the disk. */
  private ColumnFamilyOptions hints() {
    return small()
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(bloom)
                .setOptimizeFiltersForMemory(true));
  }

  private ColumnFamilyOptions small() {
    return own(new ColumnFamilyOptions())
        .setWriteBufferSize(SMALL_MEMTABLE_BYTES)
        .setMaxWriteBufferNumber(MEMTABLES)
        .setCompressionType(CompressionType.LZ4_COMPRESSION)
        .setTableFormatConfig(new BlockBasedTableConfig().setBlockCache(cache));
  }

  private <T extends RocksObject> T own(T object) {
    owned.add(object);
    return object;
  }

  public void close() {
    owned.reversed().forEach(RocksObject::close);
  }
}
