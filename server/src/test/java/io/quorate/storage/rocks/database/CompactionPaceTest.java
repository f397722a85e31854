package io.quorate.storage.rocks.database;

import static io.quorate.storage.rocks.database.RateOfCompactions.LEAST;
import static io.quorate.storage.rocks.database.RateOfCompactions.MOST;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.runtime.Clock;
import io.quorate.storage.rocks.format.Seal;
import java.nio.file.Path;
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
  @TempDir private Path parent;

  private long nanos;
  private Database database;
  private CompactionPace pace;

  @BeforeEach
  void open() throws RocksDBException {
    database = Opening.open(parent.resolve("data"), RocksSettings.DEFAULT);
    database
        .db()
        .setOptions(
            database.family(Family.DATA),
            MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build());
    RecordFamily records = RecordFamily.open(database, new Seal(null, false));
    pace =
        new CompactionPace(
            database,
            records,
            new Clock() {
              @Override
              public long wallMillis() {
                return 0;
              }

              @Override
              public long nanos() {
                return nanos;
              }
            });
  }

  @AfterEach
  void close() {
    boolean unused = database.close(false);
  }

  private long rate() {
    return database.limiter().getBytesPerSecond();
  }

  /** One table at level zero, where it stays. */
  private void addTable() throws RocksDBException {
    try (FlushOptions options = new FlushOptions()) {
      ColumnFamilyHandle data = database.family(Family.DATA);
      database.db().put(data, "key".getBytes(UTF_8), "value".getBytes(UTF_8));
      database.db().flush(options, data);
    }
  }

  @Test
  void thereIsNoBoundUntilTheFirstWrite() {
    assertThat(rate()).isEqualTo(MOST);
    pace.written();
    assertThat(rate()).isEqualTo(LEAST);
  }

  @Test
  void tablesAreWrittenAtIt() throws RocksDBException {
    long before = database.limiter().getTotalBytesThrough();
    addTable();
    assertThat(database.limiter().getTotalBytesThrough()).isGreaterThan(before);
  }

  @Test
  void itDoublesWithEachTableThatWaits() throws RocksDBException {
    for (int i = 0; i < 6; i++) {
      addTable();
    }
    pace.written();
    assertThat(rate()).isEqualTo(4 * LEAST);
  }

  @Test
  void itDoublesWithEachMemtableThatWaits() throws RocksDBException {
    database.db().pauseBackgroundWork(); // so nothing is written out
    try (FlushOptions later = new FlushOptions().setWaitForFlush(false)) {
      ColumnFamilyHandle data = database.family(Family.DATA);
      for (int i = 0; i < 6; i++) {
        database.db().put(data, "key".getBytes(UTF_8), "value".getBytes(UTF_8));
        database.db().flush(later, data);
      }
      pace.written();
      assertThat(rate()).isEqualTo(4 * LEAST);
    } finally {
      database.db().continueBackgroundWork();
    }
  }

  @Test
  void itLooksFiveTimesASecond() throws RocksDBException {
    pace.written();
    for (int i = 0; i < 5; i++) {
      addTable();
    }
    nanos += TimeUnit.MILLISECONDS.toNanos(200) - 1;
    pace.written();
    assertThat(rate()).isEqualTo(LEAST);
    nanos++;
    pace.written();
    assertThat(rate()).isEqualTo(2 * LEAST);
  }

  /** As at the end, where a memtable that is written out would take seconds. */
  @Test
  void thereIsNoBoundOnceTheDatabaseCloses() {
    pace.written();
    database.compactAtFullSpeed();
    assertThat(rate()).isEqualTo(MOST);
  }

  @Test
  void whatCannotBeAskedAnyMoreLeavesTheRateAsItIs() {
    boolean unused = database.close(false);
    pace.written();
  }
}
