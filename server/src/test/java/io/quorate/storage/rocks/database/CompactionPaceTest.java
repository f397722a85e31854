package io.quorate.storage.rocks.database;

import static io.quorate.storage.rocks.database.RateOfCompactions.LEAST;
import static io.quorate.storage.rocks.database.RateOfCompactions.MOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.TestClock;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/** The rate at which a real database writes its tables. */
final class CompactionPaceTest {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  @TempDir private Path parent;

  private long nanos;
  private Database database;
  private CompactionPace pace;

  @BeforeEach
  void open() throws RocksDBException {
    database = Opening.open(parent.resolve("data"), RocksSettings.DEFAULT);
    for (Family family : List.of(Family.DATA, Family.HISTORY)) {
      database
          .db()
          .setOptions(
              database.family(family),
              MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build());
    }
    pace = new CompactionPace(database, TestClock.ofNanosOnly(() -> nanos));
  }

  @AfterEach
  void close() {
    boolean unused = database.close(false);
  }

  private long rate() {
    return database.limiter().getBytesPerSecond();
  }

  /** One table at level zero, where it stays. */
  private void addTable(Family family) throws RocksDBException {
    try (FlushOptions options = new FlushOptions()) {
      flush(family, options);
    }
  }

  private void flush(Family family, FlushOptions options) throws RocksDBException {
    ColumnFamilyHandle handle = database.family(family);
    database.db().put(handle, "key".getBytes(UTF_8), "value".getBytes(UTF_8));
    database.db().flush(options, handle);
  }

  @Test
  void thereIsNoBoundUntilTheFirstLook() {
    assertThat(rate()).isEqualTo(MOST);
    pace.look();
    assertThat(rate()).isEqualTo(LEAST);
  }

  @Test
  void tablesAreWrittenAtIt() throws RocksDBException {
    long before = database.limiter().getTotalBytesThrough();
    addTable(Family.DATA);
    assertThat(database.limiter().getTotalBytesThrough()).isGreaterThan(before);
  }

  @Test
  void itDoublesWithEachTableThatWaits() throws RocksDBException {
    for (int i = 0; i < 6; i++) {
      addTable(Family.DATA);
    }
    pace.look();
    assertThat(rate()).isEqualTo(4 * LEAST);
  }

  @Test
  void tablesOfTheHistoryCountAsMuch() throws RocksDBException {
    for (int i = 0; i < 4; i++) {
      addTable(Family.DATA);
    }
    for (int i = 0; i < 6; i++) {
      addTable(Family.HISTORY);
    }
    pace.look();
    assertThat(rate()).isEqualTo(4 * LEAST);
  }

  @Test
  void itDoublesWithEachMemtableThatWaits() throws RocksDBException {
    memtablesWait(Family.DATA, 6);
    assertThat(rate()).isEqualTo(4 * LEAST);
  }

  /** RocksDB stops all writes when four wait. */
  @Test
  void itRisesWhenTwoMemtablesOfTheHistoryWait() throws RocksDBException {
    memtablesWait(Family.HISTORY, 1);
    assertThat(rate()).isEqualTo(LEAST);
    nanos += LOOK_NANOS;
    memtablesWait(Family.HISTORY, 2);
    assertThat(rate()).isEqualTo(4 * LEAST);
  }

  @Test
  void itIsNoBoundWhenWritesAreStoppedForAnyFamily() throws RocksDBException {
    for (Family family : Family.values()) {
      nanos += LOOK_NANOS;
      pace.look();
      assertThat(rate()).isEqualTo(LEAST);
      nanos += LOOK_NANOS;
      memtablesWait(family, family == Family.DATA ? 12 : 4);
      assertThat(rate()).as("%s", family).isEqualTo(MOST);
    }
  }

  /** Looks while this many memtables of a family wait to be written out; then they are. */
  private void memtablesWait(Family family, int count) throws RocksDBException {
    database.db().pauseBackgroundWork(); // so nothing is written out
    try (FlushOptions later = new FlushOptions().setWaitForFlush(false).setAllowWriteStall(true)) {
      for (int i = 0; i < count; i++) {
        assertThat(database.db().getLongProperty("rocksdb.is-write-stopped"))
            .as("%d of %s wait", i, family)
            .isZero();
        flush(family, later);
      }
      assertThat(waiting(family)).isEqualTo(count);
      pace.look();
    } finally {
      database.db().continueBackgroundWork();
    }
    await().until(() -> waiting(family) == 0);
  }

  private long waiting(Family family) throws RocksDBException {
    return database
        .db()
        .getLongProperty(database.family(family), "rocksdb.num-immutable-mem-table");
  }

  @Test
  void itLooksFiveTimesASecond() throws RocksDBException {
    pace.look();
    for (int i = 0; i < 5; i++) {
      addTable(Family.DATA);
    }
    nanos += LOOK_NANOS - 1;
    pace.look();
    assertThat(rate()).isEqualTo(LEAST);
    nanos++;
    pace.look();
    assertThat(rate()).isEqualTo(2 * LEAST);
  }

  @Test
  void itLooksAsLongAsTheRateIsAboveTheLeast() throws RocksDBException {
    assertThat(pace.nanosUntilLook()).as("once after the start").isZero();
    pace.look();
    assertThat(pace.nanosUntilLook()).isEqualTo(Long.MAX_VALUE);
    for (int i = 0; i < 5; i++) {
      addTable(Family.DATA);
    }
    nanos += LOOK_NANOS;
    pace.look();
    assertThat(pace.nanosUntilLook()).isEqualTo(LOOK_NANOS);
    database.db().compactRange(database.family(Family.DATA));
    nanos += LOOK_NANOS + 1;
    assertThat(pace.nanosUntilLook()).isEqualTo(-1);
    pace.look();
    assertThat(rate()).isEqualTo(LEAST);
    assertThat(pace.nanosUntilLook()).isEqualTo(Long.MAX_VALUE);
  }

  /** As at the end, where a memtable that is written out would take seconds. */
  @Test
  void thereIsNoBoundOnceTheDatabaseCloses() {
    pace.look();
    database.compactAtFullSpeed();
    assertThat(rate()).isEqualTo(MOST);
  }

  @Test
  void whatCannotBeAskedAnyMoreLeavesTheRateAsItIs() {
    boolean unused = database.close(false);
    pace.look();
  }
}
