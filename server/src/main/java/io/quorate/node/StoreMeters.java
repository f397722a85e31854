package io.quorate.node;

import io.quorate.event.Counter;
import io.quorate.event.Gauge;
import io.quorate.event.Meter;
import io.quorate.metrics.Meters;
import io.quorate.metrics.Reading;
import io.quorate.storage.DiskFigures;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What RocksDB says of itself, read together at each scrape and never between. Nothing is shown
 * once the disk is closed.
 */
record StoreMeters(Supplier<@Nullable DiskFigures> disk) {
  private static final double NANOS_PER_SECOND = 1e9;

  private static final Gauge LIVE =
      Gauge.of(
          "quorate.storage.live.bytes",
          "Bytes on disk that are not replaced or deleted by something newer, about: the rest goes"
              + " with the next compactions");

  private static final Gauge TABLES =
      Gauge.of("quorate.storage.tables.bytes", "Bytes of all table files of RocksDB on disk");

  private static final Gauge LOG =
      Gauge.of(
          "quorate.storage.wal.bytes",
          "Bytes of the files of RocksDB's write-ahead log, with those that are kept to be used"
              + " again");

  private static final Gauge LEVEL_ZERO =
      Gauge.of(
          "quorate.storage.level.zero.files",
          "Table files of records that were written out and not compacted yet: many slow down"
              + " reads, and then RocksDB writes");

  private static final Gauge MEMTABLES =
      Gauge.of(
          "quorate.storage.memtables.bytes",
          "Memory of writes that are in no table file yet, outside of the heap");

  private static final Gauge MEMTABLES_WAITING =
      Gauge.of(
          "quorate.storage.memtables.waiting", "Memtables that are full and not written out yet");

  private static final Gauge PENDING =
      Gauge.of(
          "quorate.storage.compaction.pending.bytes",
          "Bytes that RocksDB has to write again until nothing is left to compact, about");

  private static final Gauge RUNNING =
      Gauge.of("quorate.storage.jobs.running", "Jobs that RocksDB runs in the background now")
          .by("job", "compaction", "flush");

  private static final Counter TABLES_READ =
      Counter.of(
          "quorate.storage.tables.read.bytes",
          "Bytes of table files of records that compactions have read");

  private static final Counter TABLES_WRITTEN =
      Counter.of(
          "quorate.storage.tables.written.bytes",
          "Bytes of table files of records that flushes and compactions have written: over"
              + " quorate_storage_written_bytes_total, this is the write amplification");

  private static final Gauge STOPPED =
      Gauge.of(
          "quorate.storage.writes.stopped",
          "Whether RocksDB takes no writes until a flush or a compaction has ended");

  private static final Gauge DELAYED =
      Gauge.of(
          "quorate.storage.writes.delayed.bytes.per.second",
          "Bytes per second to which RocksDB slows down writes, so that compactions keep up; 0 if"
              + " it does not");

  private static final Counter STALLS =
      Counter.of(
              "quorate.storage.stalls",
              "Times that RocksDB stopped writes of records, or began to slow them down")
          .by("kind", "stop", "delay");

  private static final Counter HELD_UP =
      Counter.of(
          "quorate.storage.writes.held.up.seconds",
          "Time for which writes waited since RocksDB had stopped them, or slowed them down");

  private static final Counter ERRORS =
      Counter.of(
          "quorate.storage.background.errors",
          "Flushes and compactions of RocksDB that failed, as on a full or broken disk");

  private static final Gauge CACHE =
      Gauge.of(
          "quorate.storage.block.cache.bytes",
          "Memory that the block cache may have (storage.block_cache), outside of the heap");

  private static final Gauge CACHE_USED =
      Gauge.of("quorate.storage.block.cache.used.bytes", "Memory that the block cache has");

  private static final List<Meter> ALL =
      List.of(
          LIVE,
          TABLES,
          LOG,
          LEVEL_ZERO,
          MEMTABLES,
          MEMTABLES_WAITING,
          PENDING,
          RUNNING,
          TABLES_READ,
          TABLES_WRITTEN,
          STOPPED,
          DELAYED,
          STALLS,
          HELD_UP,
          ERRORS,
          CACHE,
          CACHE_USED);

  /**
   * Adds them.
   *
   * @param disk asked once at each scrape; null if nothing is known
   */
  static void addTo(Meters meters, Supplier<@Nullable DiskFigures> disk) {
    meters.readings(ALL, new StoreMeters(disk)::now);
  }

  private List<Reading> now() {
    DiskFigures figures = disk.get();
    return figures == null ? List.of() : readings(figures);
  }

  private static List<Reading> readings(DiskFigures disk) {
    DiskFigures.Writes writes = disk.writes();
    return List.of(
        Reading.of(LIVE, disk.files().liveBytes()),
        Reading.of(TABLES, disk.files().tableBytes()),
        Reading.of(LOG, disk.files().logBytes()),
        Reading.of(LEVEL_ZERO, disk.files().levelZero()),
        Reading.of(MEMTABLES, disk.memtables().bytes()),
        Reading.of(MEMTABLES_WAITING, disk.memtables().waiting()),
        Reading.of(PENDING, disk.compaction().pendingBytes()),
        Reading.of(RUNNING, disk.compaction().compactions(), "compaction"),
        Reading.of(RUNNING, disk.compaction().flushes(), "flush"),
        Reading.of(TABLES_READ, disk.compaction().readBytes()),
        Reading.of(TABLES_WRITTEN, disk.compaction().writtenBytes()),
        Reading.of(STOPPED, writes.stopped() ? 1 : 0),
        Reading.of(DELAYED, writes.delayedBytesPerSecond()),
        Reading.of(STALLS, writes.stops(), "stop"),
        Reading.of(STALLS, writes.delays(), "delay"),
        Reading.of(HELD_UP, writes.heldUpNanos() / NANOS_PER_SECOND),
        Reading.of(ERRORS, writes.backgroundErrors()),
        Reading.of(CACHE, disk.blockCache().bytes()),
        Reading.of(CACHE_USED, disk.blockCache().usedBytes()));
  }
}
