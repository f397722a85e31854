package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;
import io.quorate.event.Distribution;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the disk does; to be told on any thread. */
public final class StorageMeters {
  private static final io.quorate.event.Timer SYNC =
      io.quorate.event.Timer.of(
          "quorate.storage.sync",
          "Time to make a group of writes durable",
          List.of(
              Duration.ofNanos(100_000),
              Duration.ofNanos(250_000),
              Duration.ofNanos(500_000),
              Duration.ofMillis(1),
              Duration.ofMillis(5),
              Duration.ofMillis(25),
              Duration.ofMillis(100),
              Duration.ofSeconds(1)));

  private static final Distribution SYNC_WRITES =
      new Distribution(
          "quorate.storage.sync.writes",
          "Writes that became durable by one sync",
          List.of(1.0, 4.0, 16.0, 64.0, 256.0, 1024.0));

  private static final io.quorate.event.Counter WRITTEN_BYTES =
      io.quorate.event.Counter.of(
          "quorate.storage.written.bytes", "Bytes of keys and values made durable");

  private static final io.quorate.event.Counter FAILED_WRITES =
      io.quorate.event.Counter.of(
          "quorate.storage.failed.writes", "Writes that failed or were refused");

  private static final io.quorate.event.Counter READS =
      io.quorate.event.Counter.of(
              "quorate.storage.reads", "Records read, from cache at once or from disk")
          .by("from", "cache", "disk", "cache_or_disk");

  private final Timer syncs;
  private final DistributionSummary writesPerSync;
  private final Counter bytes;
  private final Counter failedWrites;
  private final Counter cachedReads;
  private final Counter diskReads;
  private final Counter otherReads;

  StorageMeters(Declared declared) {
    syncs = declared.timer(SYNC);
    writesPerSync = declared.distribution(SYNC_WRITES);
    bytes = declared.counter(WRITTEN_BYTES);
    failedWrites = declared.counter(FAILED_WRITES);
    cachedReads = declared.counter(READS, "cache");
    diskReads = declared.counter(READS, "disk");
    otherReads = declared.counter(READS, "cache_or_disk");
  }

  /** A group of writes became durable. */
  public void synced(long nanos, int writes, long writtenBytes) {
    syncs.record(nanos, TimeUnit.NANOSECONDS);
    writesPerSync.record(writes);
    bytes.increment((double) writtenBytes);
  }

  public void writesFailed(int writes) {
    failedWrites.increment(writes);
  }

  /** A record was looked for in memory, and found there. */
  public void readFromCache() {
    cachedReads.increment();
  }

  /** A record was looked for in memory, and not found there. */
  public void readFromDisk() {
    diskReads.increment();
  }

  /** A record is read without a look in memory before. */
  public void readFromCacheOrDisk() {
    otherReads.increment();
  }
}
