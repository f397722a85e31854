package io.quorate.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Durability;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.CompactionPace;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RateOfCompactions;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.FreeSpace;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.FamilyPut;
import io.quorate.storage.rocks.writer.GroupWriter;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.Turn;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/** All that writes to the database sets the pace of compactions; so does time. */
final class WriteAheadLogTest {
  /** Memtables are full after a few writes. */
  private static final RocksSettings SMALL =
      new RocksSettings(new Durability.Synced(), 0, 1 << 20, 1 << 20, 64 << 20, 2, 2);

  @TempDir private Path parent;

  private final AtomicLong nanos = new AtomicLong(1);
  private final Clock clock = TestClock.ofNanos(nanos::get);
  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private Database database;
  private WriteAheadLog log;
  private Renewal renewal;

  @BeforeEach
  void open() throws RocksDBException {
    database = Opening.open(parent.resolve("data"), SMALL);
    database
        .db()
        .setOptions(
            database.family(Family.DATA),
            MutableColumnFamilyOptions.builder().setDisableAutoCompactions(true).build());
    CompactionPace compactions = new CompactionPace(database, clock);
    renewal = renewal(clock, compactions);
    log = new WriteAheadLog(database, SMALL, renewal, compactions, clock);
  }

  private WriteAheadLog log(Clock by) {
    CompactionPace compactions = new CompactionPace(database, by);
    return new WriteAheadLog(database, SMALL, renewal(by, compactions), compactions, by);
  }

  private Renewal renewal(Clock by, CompactionPace compactions) {
    return new Renewal(
        database,
        RecordFamily.open(database, new Seal(null, false)),
        SuspectMark.in(parent.resolve("data")),
        compactions,
        by,
        StorageListener.NONE,
        FreeSpace.below(database.directory()));
  }

  @AfterEach
  void close() {
    log.close();
    boolean unused = database.close(false);
    loops.close();
  }

  private long rate() {
    return database.limiter().getBytesPerSecond();
  }

  private GroupWriter writer(WriteAheadLog disk, Clock by) {
    return new GroupWriter(
        "test-writer",
        disk,
        new Durability.Synced(),
        0,
        by,
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  @Test
  void groupsOfWritesSetThePace() throws RocksDBException {
    assertThat(rate()).isEqualTo(RateOfCompactions.MOST);
    log.commit(List.of());
    assertThat(rate()).isEqualTo(RateOfCompactions.LEAST);
  }

  /** A renewal writes all records again, while no client may write anything. */
  @Test
  void aStepOfARenewalSetsIt() throws RocksDBException {
    renewal.suspect(new StorageFault(StorageFault.Kind.CORRUPT, "a damaged file"));
    assertThat(log.chore()).isTrue();
    assertThat(rate()).isEqualTo(RateOfCompactions.LEAST);
  }

  /** A look at tables writes nothing that would have to be synced. */
  @Test
  void aLookIsAChoreThatWritesNothing() throws RocksDBException {
    assertThat(log.nanosUntilChore()).isLessThanOrEqualTo(0);
    assertThat(log.chore()).isFalse();
    assertThat(log.nanosUntilChore()).isEqualTo(Long.MAX_VALUE);
  }

  /** Otherwise tables would be compacted without a bound until the next write. */
  @Test
  void nodeThatIsOnlyReadAfterALoadComesDownToTheLeastRate() throws RocksDBException {
    try (FlushOptions options = new FlushOptions()) {
      for (int i = 0; i < 6; i++) {
        database.db().put(database.family(Family.DATA), new byte[] {1}, new byte[] {2});
        database.db().flush(options, database.family(Family.DATA));
      }
    }
    WriteAheadLog inTime = log(new SystemClock());
    GroupWriter writer = writer(inTime, new SystemClock());
    writer.start();
    try {
      await().until(() -> rate() == 4 * RateOfCompactions.LEAST);
      database.db().compactRange(database.family(Family.DATA));
      await().until(() -> rate() == RateOfCompactions.LEAST);
    } finally {
      writer.close();
      inTime.close();
    }
  }

  /** What stops them is that too little is written out. */
  @Test
  void theRateRisesWhileWritesAreStopped() throws Exception {
    LaneWrites owner = new LaneWrites(loops.lanes().getFirst(), writer(log, clock));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> wrote;
    database.db().pauseBackgroundWork();
    try {
      wrote = CompletableFuture.runAsync(() -> commitUntil(over, owner), WriteAheadLogTest::start);
      await().until(() -> database.db().getLongProperty("rocksdb.is-write-stopped") == 1);
      assertThat(rate()).as("as the clock stands still").isEqualTo(RateOfCompactions.LEAST);
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
      await().until(() -> rate() == RateOfCompactions.MOST);
      assertThat(wrote).isNotDone();
    } finally {
      over.set(true);
      database.db().continueBackgroundWork();
    }
    assertThat(wrote).succeedsWithin(20, TimeUnit.SECONDS);
  }

  private static void start(Runnable task) {
    Thread.ofPlatform().start(task);
  }

  /** To the history, of which fewer memtables may wait than of the records. */
  private void commitUntil(AtomicBoolean over, LaneWrites owner) {
    try {
      for (int i = 0; !over.get(); i++) {
        Turn turn = new Turn(owner, 0);
        turn.add(
            new FamilyPut(
                database.family(Family.HISTORY),
                ByteBuffer.allocate(Integer.BYTES).putInt(i).array(),
                new byte[100_000],
                new PutAnswer()));
        log.commit(List.of(turn));
      }
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
