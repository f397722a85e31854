package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.DiskFigures;
import io.quorate.storage.Durability;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.format.Seal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** Each figure follows what it is about, on a real disk. */
final class FiguresTest {
  private static final int KEYS = 500;
  private static final int VALUE_BYTES = 1_000;
  private static final int TABLE_BYTES_MIN = KEYS * VALUE_BYTES;

  /** Memtables that hold all that a test writes, unless it writes until they are full. */
  private static final RocksSettings SETTINGS =
      new RocksSettings(new Durability.Synced(), 0, 2 << 20, 8 << 20, 64 << 20, 1, 2);

  @TempDir private Path parent;

  private final Random random = new Random(1);
  private Database database;
  private RecordFamily records;

  @BeforeEach
  void open() throws RocksDBException {
    database = Opening.open(parent.resolve("data"), SETTINGS);
    records = RecordFamily.open(database, new Seal(null, false));
  }

  @AfterEach
  void close() {
    boolean unused = database.close(false);
  }

  private DiskFigures read() throws RocksDBException, IOException {
    return Objects.requireNonNull(
        records.whileOpen(generation -> new Figures(database, generation).read(0)));
  }

  /** Values that cannot be compressed, at the same keys each time. */
  private void write() throws RocksDBException {
    for (int i = 0; i < KEYS; i++) {
      byte[] value = new byte[VALUE_BYTES];
      random.nextBytes(value);
      database.db().put(data(), "key-%06d".formatted(i).getBytes(UTF_8), value);
    }
  }

  private ColumnFamilyHandle data() {
    return database.family(Family.DATA);
  }

  private void flush() throws RocksDBException {
    try (FlushOptions options = new FlushOptions()) {
      database.db().flush(options, data());
    }
  }

  @Test
  void whatIsWrittenIsInMemoryThenInTablesThenCompacted() throws Exception {
    DiskFigures empty = read();
    assertThat(empty.files()).isEqualTo(new DiskFigures.Files(0, 0, empty.files().logBytes(), 0));

    write();
    DiskFigures written = read();
    assertThat(written.memtables().bytes() - empty.memtables().bytes())
        .isGreaterThan(TABLE_BYTES_MIN);
    assertThat(written.files().logBytes() - empty.files().logBytes())
        .isGreaterThan(TABLE_BYTES_MIN);
    assertThat(written.files().tableBytes()).isZero();

    flush();
    DiskFigures flushed = read();
    assertThat(flushed.memtables().bytes()).isLessThan(written.memtables().bytes());
    assertThat(flushed.files().levelZero()).isEqualTo(1);
    assertThat(flushed.files().tableBytes()).isGreaterThan(TABLE_BYTES_MIN);
    assertThat(flushed.files().liveBytes()).isGreaterThan(TABLE_BYTES_MIN);
    assertThat(flushed.compaction().writtenBytes()).isGreaterThan(TABLE_BYTES_MIN);
    assertThat(flushed.compaction().readBytes()).isZero();

    write(); // the same keys
    flush();
    database.db().compactRange(data());
    DiskFigures compacted = read();
    assertThat(compacted.files().levelZero()).isZero();
    assertThat(compacted.files().tableBytes())
        .isBetween((long) TABLE_BYTES_MIN, 2L * TABLE_BYTES_MIN);
    assertThat(compacted.compaction().readBytes()).isGreaterThan(2L * TABLE_BYTES_MIN);
    assertThat(compacted.compaction().writtenBytes()).isGreaterThan(3L * TABLE_BYTES_MIN);
  }

  @Test
  void blocksThatAreReadAreInTheCache() throws Exception {
    write();
    flush();
    DiskFigures.BlockCache before = read().blockCache();
    for (int i = 0; i < KEYS; i++) {
      assertThat(database.db().get(data(), "key-%06d".formatted(i).getBytes(UTF_8))).isNotNull();
    }
    DiskFigures.BlockCache after = read().blockCache();
    assertThat(after.bytes()).isEqualTo(SETTINGS.cacheBytes());
    assertThat(after.usedBytes() - before.usedBytes()).isGreaterThan(TABLE_BYTES_MIN);
  }

  /** RocksDB slows writes down when one more memtable may fill, and stops them when none may. */
  @Test
  void writesThatAreSlowedDownAndStoppedAreShown() throws Exception {
    database.db().pauseBackgroundWork();
    DiskFigures.Writes first = read().writes();
    assertThat(first).isEqualTo(new DiskFigures.Writes(false, 0, 0, 0, 0, 0));
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> writer;
    try {
      fillUntilHeldUp();
      DiskFigures delayed = read();
      assertThat(delayed.writes().delayedBytesPerSecond()).isPositive();
      assertThat(delayed.writes().delays()).isPositive();
      assertThat(delayed.writes().stopped()).isFalse();
      assertThat(delayed.memtables().waiting()).isGreaterThan(5);

      // The write that finds no memtable waits within RocksDB.
      writer = CompletableFuture.runAsync(() -> writePatiently(over), FiguresTest::start);
      await().until(() -> read().writes().stopped());
      assertThat(read().writes().stops()).isEqualTo(1);
    } finally {
      over.set(true);
      database.db().continueBackgroundWork();
    }
    writer.get(20, SECONDS);
    await()
        .untilAsserted(
            () -> {
              assertThat(read().writes().stopped()).isFalse();
              assertThat(read().writes().delayedBytesPerSecond()).isZero();
            });
  }

  private static void start(Runnable task) {
    Thread.ofPlatform().start(task);
  }

  private void fillUntilHeldUp() throws RocksDBException {
    try (WriteOptions atOnce = new WriteOptions().setNoSlowdown(true)) {
      while (true) {
        putLarge(atOnce);
      }
    } catch (RocksDBException heldUp) {
      assertThat(Faults.isIncomplete(heldUp)).isTrue();
    }
  }

  private void writePatiently(AtomicBoolean over) {
    try (WriteOptions patient = new WriteOptions()) {
      while (!over.get()) {
        putLarge(patient);
      }
    } catch (RocksDBException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private void putLarge(WriteOptions options) throws RocksDBException {
    byte[] value = new byte[100_000];
    random.nextBytes(value);
    database.db().put(data(), options, value, value);
  }

  @Test
  void workThatIsDueAndWorkThatRunsAreShown() throws Exception {
    assertThat(read().compaction().pendingBytes()).isZero();
    compact(false);
    for (int i = 0; i < 8; i++) {
      write();
      flush();
    }
    assertThat(read().files().levelZero()).isEqualTo(8);
    assertThat(read().compaction().pendingBytes()).isGreaterThan(TABLE_BYTES_MIN);
    compact(true);
    await().until(() -> read().compaction().pendingBytes() == 0);
    assertThat(read().compaction().readBytes()).isGreaterThan(TABLE_BYTES_MIN);
  }

  /** A job takes some milliseconds: one that was over before it was looked for is made again. */
  @Test
  void jobsAreShownWhileTheyRun() throws Exception {
    compact(false);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> isSeen(this::flush, DiskFigures.Compaction::flushes));
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () ->
                isSeen(
                    () -> database.db().compactRange(data()), DiskFigures.Compaction::compactions));
    assertThat(read().compaction().flushes()).isZero();
    assertThat(read().compaction().compactions()).isZero();
  }

  private interface Job {
    void run() throws RocksDBException;
  }

  /** Has a job done on another thread; returns whether it was shown. */
  private boolean isSeen(Job job, ToLongFunction<DiskFigures.Compaction> running) throws Exception {
    write();
    CompletableFuture<Boolean> over =
        onThread(
            () -> {
              job.run();
              return true;
            });
    boolean seen = false;
    while (!over.isDone()) {
      seen |= running.applyAsLong(read().compaction()) > 0;
    }
    assertThat(over.get()).isTrue();
    return seen;
  }

  private void compact(boolean byItself) throws RocksDBException {
    database
        .db()
        .setOptions(
            data(),
            MutableColumnFamilyOptions.builder().setDisableAutoCompactions(!byItself).build());
  }

  /** Where the next table files are to be, there is something else. */
  @Test
  void workThatFailsIsCounted() throws Exception {
    write();
    assertThat(read().writes().backgroundErrors()).isZero();
    Path db = parent.resolve("data").resolve("db");
    long newest;
    try (Stream<Path> files = Files.list(db)) {
      newest =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("[0-9]+\\.[a-z]+"))
              .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
              .max()
              .orElseThrow();
    }
    for (long number = newest; number < newest + 20; number++) {
      Path unused = Files.createDirectory(db.resolve("%06d.sst".formatted(number)));
    }
    assertThatThrownBy(this::flush).isInstanceOf(RocksDBException.class);
    await().until(() -> read().writes().backgroundErrors() > 0);
  }

  /** RocksDB does not survive a question to a database that is closed. */
  @Test
  void theDatabaseStaysOpenWhileFiguresAreRead() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<DiskFigures> read =
        onThread(
            () ->
                records.whileOpen(
                    generation -> {
                      inside.countDown();
                      awaitLatch(goOn);
                      return new Figures(database, generation).read(0);
                    }));
    awaitLatch(inside);
    CompletableFuture<Boolean> closed = onThread(() -> database.close(false));
    await().until(() -> records.whileOpen(generation -> true) == null);
    assertThatThrownBy(() -> closed.get(200, MILLISECONDS)).isInstanceOf(TimeoutException.class);
    goOn.countDown();
    assertThat(read.get(20, SECONDS).blockCache().bytes()).isEqualTo(SETTINGS.cacheBytes());
    assertThat(closed.get(20, SECONDS)).isTrue();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  private static <T> CompletableFuture<T> onThread(Callable<T> task) {
    CompletableFuture<T> done = new CompletableFuture<>();
    start(
        () -> {
          try {
            boolean unused = done.complete(task.call());
          } catch (Exception | Error failure) {
            boolean unused = done.completeExceptionally(failure);
          }
        });
    return done;
  }

  @Test
  void aStorageThatIsClosedHasNoFigures() {
    RocksStorage storage = storage();
    assertThat(storage.figures()).isNotNull();
    storage.close();
    assertThat(storage.figures()).isNull();
  }

  /** If one of these met a closed database, the process would end. */
  @RepeatedTest(10)
  void figuresMayBeAskedForWhileItIsClosed() throws Exception {
    RocksStorage storage = storage();
    int askers = 4;
    CountDownLatch asked = new CountDownLatch(askers);
    List<CompletableFuture<Void>> ended = new ArrayList<>();
    for (int i = 0; i < askers; i++) {
      ended.add(
          CompletableFuture.runAsync(
              () -> {
                while (storage.figures() != null) {
                  asked.countDown();
                }
              },
              FiguresTest::start));
    }
    assertThat(asked.await(20, SECONDS)).isTrue();
    storage.close();
    CompletableFuture.allOf(ended.toArray(CompletableFuture[]::new)).get(20, SECONDS);
  }

  private RocksStorage storage() {
    return RocksStorage.open(
        parent.resolve("storage"),
        SETTINGS,
        "test-figures",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        (StoreHealth health) -> {});
  }
}
