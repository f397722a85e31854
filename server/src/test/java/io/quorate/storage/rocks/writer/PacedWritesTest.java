package io.quorate.storage.rocks.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Where a write waits while RocksDB has no room for it in memory. */
final class PacedWritesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Without the rule, this is how long the test takes. */
  private static final Duration WAITS_WITHIN = Duration.ofSeconds(5);

  private static final String IS_STOPPED = "rocksdb.is-write-stopped";

  /** Memtables are full after a few writes. */
  private static final RocksSettings SMALL =
      new RocksSettings(RocksSettings.DEFAULT.durability(), 0, 1 << 20, 1 << 20, 4 << 20, 2, 2);

  @TempDir private Path parent;

  /**
   * A write that waits within RocksDB does not learn that the flush it waits for has failed. On a
   * full disk it would often wait for ever, see {@link FullDiskTest}.
   */
  @Test
  void aWriteWaitsHereAndNotWithinRocksDb() throws Exception {
    Database database = Opening.open(parent.resolve("data"), SMALL);
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> wrote = new CompletableFuture<>();
    AtomicInteger waited = new AtomicInteger();
    PacedWrites writes = new PacedWrites(true, new SystemClock(), waited::incrementAndGet);
    Thread writer = Thread.ofPlatform().unstarted(() -> writeUntil(over, database, writes, wrote));
    try {
      database.db().pauseBackgroundWork();
      writer.start();
      await().atMost(PATIENCE).until(() -> database.db().getLongProperty(IS_STOPPED) == 1);
      await()
          .pollInterval(Duration.ofMillis(1))
          .atMost(WAITS_WITHIN)
          .untilAsserted(
              // A thread that waits within RocksDB counts as runnable.
              () -> assertThat(writer.getState()).isEqualTo(Thread.State.TIMED_WAITING));
      assertThat(wrote).isNotDone();
      long before = writes.heldUpNanos();
      await().until(() -> writes.heldUpNanos() > before); // while the write still waits
      int told = waited.get();
      await().until(() -> waited.get() > told);
      assertThat(wrote).isNotDone();
    } finally {
      over.set(true);
      database.db().continueBackgroundWork();
      writer.join(PATIENCE.toMillis());
      database.close(false);
    }
    assertThat(wrote).isCompleted();
  }

  private static void writeUntil(
      AtomicBoolean over, Database database, PacedWrites writes, CompletableFuture<Void> wrote) {
    Random random = new Random(1);
    byte[] value = new byte[100_000];
    try (writes;
        WriteBatch batch = new WriteBatch()) {
      while (!over.get()) {
        batch.clear();
        random.nextBytes(value);
        batch.put(database.family(Family.DATA), value, value);
        writes.write(database.db(), batch);
      }
      wrote.complete(null);
    } catch (RocksDBException failure) {
      wrote.completeExceptionally(failure);
    }
  }
}
