package io.quorate.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What the disk does; to be told on any thread. */
public final class StorageMeters {
  private final Timer syncs;
  private final DistributionSummary writesPerSync;
  private final Counter bytes;
  private final Counter failedWrites;
  private final Counter cachedReads;
  private final Counter diskReads;

  StorageMeters(MeterRegistry registry) {
    syncs =
        Timer.builder("quorate.storage.sync")
            .description("Time to make a group of writes durable")
            .serviceLevelObjectives(
                Duration.ofNanos(100_000),
                Duration.ofNanos(250_000),
                Duration.ofNanos(500_000),
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(25),
                Duration.ofMillis(100),
                Duration.ofSeconds(1))
            .register(registry);
    writesPerSync =
        DistributionSummary.builder("quorate.storage.sync.writes")
            .description("Writes that became durable by one sync")
            .serviceLevelObjectives(1, 4, 16, 64, 256, 1024)
            .register(registry);
    bytes =
        Counter.builder("quorate.storage.written.bytes")
            .description("Bytes of keys and values made durable")
            .register(registry);
    failedWrites =
        Counter.builder("quorate.storage.failed.writes")
            .description("Writes that failed or were refused")
            .register(registry);
    String readHelp = "Records read, from cache at once or from disk";
    cachedReads =
        Counter.builder("quorate.storage.reads")
            .description(readHelp)
            .tag("from", "cache")
            .register(registry);
    diskReads =
        Counter.builder("quorate.storage.reads")
            .description(readHelp)
            .tag("from", "disk")
            .register(registry);
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

  public void read(boolean cached) {
    (cached ? cachedReads : diskReads).increment();
  }
}
