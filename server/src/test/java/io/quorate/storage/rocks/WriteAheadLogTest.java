package io.quorate.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.runtime.TestClock;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RateOfCompactions;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.FreeSpace;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.Seal;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** All that writes to the database sets the pace of compactions. */
final class WriteAheadLogTest {
  @TempDir private Path parent;

  private final TestClock clock = TestClock.ofNanos(() -> 1);
  private Database database;
  private WriteAheadLog log;

  @BeforeEach
  void open() throws RocksDBException {
    Path directory = parent.resolve("data");
    database = Opening.open(directory, RocksSettings.DEFAULT);
    RecordFamily records = RecordFamily.open(database, new Seal(null, false));
    Renewal renewal =
        new Renewal(
            database,
            records,
            SuspectMark.in(directory),
            clock,
            StorageListener.NONE,
            FreeSpace.below(database.directory()));
    log = new WriteAheadLog(database, records, RocksSettings.DEFAULT, renewal, clock);
  }

  @AfterEach
  void close() {
    log.close();
    boolean unused = database.close(false);
  }

  private long rate() {
    return database.limiter().getBytesPerSecond();
  }

  @Test
  void groupsOfWritesSetThePace() throws RocksDBException {
    assertThat(rate()).isEqualTo(RateOfCompactions.MOST);
    log.commit(List.of());
    assertThat(rate()).isEqualTo(RateOfCompactions.LEAST);
  }

  /** A renewal writes all records again, while no client may write anything. */
  @Test
  void whatARenewalWritesSetsIt() throws RocksDBException {
    log.chore();
    assertThat(rate()).isEqualTo(RateOfCompactions.LEAST);
  }
}
