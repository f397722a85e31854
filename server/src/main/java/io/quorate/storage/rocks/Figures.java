package io.quorate.storage.rocks;

import io.quorate.storage.DiskFigures;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Gate;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.files.Inventory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Asks RocksDB what it knows of itself: numbers that it keeps in any case, and that cost nothing
 * until they are asked for. Its {@code Statistics} would count hits of the block cache, too, and
 * make each cached read slower.
 *
 * <p>The caller keeps the database open meanwhile, by {@link Gate}. Families are added up by
 * RocksDB itself: the writer's thread drops families, and closes their handles, at any time. The
 * one that has the records is kept by a gate of its own.
 */
final class Figures {
  private static final double GIB = 1 << 30;

  private final Database database;
  private final RocksDB db;
  private final RecordFamily.Generation records;

  /**
   * @param records entered, and not left before all is read
   */
  Figures(Database database, RecordFamily.Generation records) {
    this.database = database;
    this.db = database.db();
    this.records = records;
  }

  /**
   * Reads them.
   *
   * @param heldUpNanos for which writes have waited for RocksDB
   */
  DiskFigures read(long heldUpNanos) throws RocksDBException, IOException {
    Map<String, String> compactions = records.compactions();
    return new DiskFigures(
        new DiskFigures.Files(
            ofAll("estimate-live-data-size"),
            ofAll("total-sst-files-size"),
            logBytes(),
            records.levelZeroFiles()),
        new DiskFigures.Memtables(
            ofAll("cur-size-all-mem-tables"), ofAll("num-immutable-mem-table")),
        new DiskFigures.Compaction(
            ofAll("estimate-pending-compaction-bytes"),
            ofDatabase("num-running-compactions"),
            ofDatabase("num-running-flushes"),
            (long) (number(compactions, "compaction.Sum.ReadGB") * GIB),
            (long) (number(compactions, "compaction.Sum.WriteGB") * GIB)),
        new DiskFigures.Writes(
            ofDatabase("is-write-stopped") != 0,
            ofDatabase("actual-delayed-write-rate"),
            (long) number(compactions, "total-stops"),
            (long) number(compactions, "total-delays"),
            heldUpNanos,
            ofDatabase("background-errors")),
        new DiskFigures.BlockCache(
            ofDatabase("block-cache-capacity"), ofDatabase("block-cache-usage")));
  }

  /** The sum over all families. */
  private long ofAll(String property) throws RocksDBException {
    return db.getAggregatedLongProperty("rocksdb." + property);
  }

  /** What all families have in common. */
  private long ofDatabase(String property) throws RocksDBException {
    return db.getLongProperty("rocksdb." + property);
  }

  private static double number(Map<String, String> figures, String name) {
    String figure = figures.get(name);
    return figure == null ? 0 : Double.parseDouble(figure);
  }

  /** RocksDB has no number for this, and would open each log to name them. */
  private long logBytes() throws IOException {
    long bytes = 0;
    for (Path log : Inventory.logs(database.directory().resolve("db")).values()) {
      bytes += log.toFile().length(); // 0 if it is gone by now
    }
    return bytes;
  }
}
