package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.quorate.model.Key;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.HistoryContract;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageListener.From;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.KeysUnusableException;
import io.quorate.storage.crypt.MasterKey;
import io.quorate.storage.crypt.MasterKeys;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.DirectoryLock;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.version.Record;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;

/** The contract on RocksDB with encrypted values, and what encryption promises. */
@Tag("patient")
final class EncryptedStorageTest extends HistoryContract {
  private static final Duration LONG = Duration.ofDays(90);
  private static final MasterKey FIRST = masterKey(1);
  private static final MasterKey SECOND = masterKey(2);

  /** No other text of the test is like it, and LZ4 leaves it as it is. */
  private static final String SECRET = "Zq7-planted-Kx4-value-Vw9";

  @TempDir private Path directory;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
  private final List<From> reads = new CopyOnWriteArrayList<>();
  private final AdvancedClock clock = new AdvancedClock();
  private Encryption encryption = on(LONG, FIRST);

  /** The clock of the machine, which a test can put forward. */
  private static final class AdvancedClock implements Clock {
    private final Clock machine = new SystemClock();
    private final AtomicLong aheadMillis = new AtomicLong();

    void advance(Duration by) {
      aheadMillis.addAndGet(by.toMillis());
    }

    @Override
    public long wallMillis() {
      return machine.wallMillis() + aheadMillis.get();
    }

    @Override
    public long nanos() {
      return machine.nanos();
    }
  }

  private static MasterKey masterKey(int seed) {
    byte[] secret = new byte[MasterKey.BYTES];
    Arrays.fill(secret, (byte) seed);
    return new MasterKey(secret);
  }

  private static Encryption on(Duration newKeyAfter, MasterKey... keys) {
    return new Encryption.On(new MasterKeys(List.of(keys), "FILE"), newKeyAfter);
  }

  @Override
  protected Storage open() {
    return RocksStorage.open(
        directory,
        RocksSettings.DEFAULT.with(encryption),
        "test-storage",
        clock,
        new MachineThreads(),
        new StorageListener() {
          @Override
          public void onSync(long nanos, int writes, long bytes) {
            listener.onSync(nanos, writes, bytes);
          }

          @Override
          public void onRenewal(String text) {
            news.add(text);
          }

          @Override
          public void onRead(From from) {
            reads.add(from);
          }
        },
        health -> {});
  }

  private void reopenWith(Encryption other) {
    encryption = other;
    reopen();
  }

  @Override
  protected Lane lane() {
    return loops.lanes().getFirst();
  }

  @Override
  protected void onLane(Runnable turn) {
    CountDownLatch ran = new CountDownLatch(1);
    lane()
        .execute(
            () -> {
              turn.run();
              ran.countDown();
            });
    try {
      assertThat(ran.await(60, SECONDS)).isTrue();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Override
  protected <T> T await(CompletableFuture<T> answer) {
    return answer.orTimeout(60, SECONDS).join();
  }

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  private void putMany() {
    for (int i = 0; i < 50; i++) {
      put(key("k" + i), record(i, SECRET + i));
    }
    put(new Key(TENANT + 1, bytes("other")), record(1, SECRET));
  }

  private void expectMany() {
    for (int i = 0; i < 50; i++) {
      assertThat(get(key("k" + i))).contains(record(i, SECRET + i));
    }
  }

  /** Files that hold a text, whatever kind they are of. */
  private List<Path> filesWith(String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), UTF_8).contains(text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private void leaveTree() {
    onLane(
        () -> storage.trees(lane()).leave(new byte[] {9}, Map.of(3, bytes("tree of " + SECRET))));
    onLane(() -> {}); // by now the turn before has handed it in
  }

  @Test
  void noFileHoldsAValueNeitherLogNorTable() throws Exception {
    putMany();
    assertThat(filesWith(SECRET)).as("in the log").isEmpty();
    leaveTree();
    reopen();
    assertThat(storage.trees(lane()).load().trees()).containsKey(3);
    putMany();
    reopen();
    storage.close();
    compact();
    assertThat(filesWith(SECRET)).as("in tables").isEmpty();
    assertThat(filesWith("k4")).as("keys are not encrypted").isNotEmpty();
    storage = open();
    records = storage.records(lane());
    expectMany();
  }

  /** Shows that the search above would find what there is to be found. */
  @Test
  void filesHoldValuesWithoutEncryption() throws Exception {
    storage.close();
    delete();
    encryption = new Encryption.Off();
    storage = open();
    records = storage.records(lane());
    putMany();
    assertThat(filesWith(SECRET)).anyMatch(file -> file.toString().endsWith(".log"));
    leaveTree();
    reopen();
    storage.close();
    compact();
    assertThat(filesWith(SECRET)).anyMatch(file -> file.toString().endsWith(".sst"));
    storage = open();
  }

  private void delete() throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(directory)) {
          Files.delete(file);
        }
      }
    }
  }

  private void compact() throws RocksDBException {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    try (FlushOptions now = new FlushOptions()) {
      for (ColumnFamilyHandle each : database.handles()) {
        database.db().flush(now, each);
        database.db().compactRange(each);
      }
    }
    assertThat(database.close(true)).isTrue();
  }

  /** The lane has found it there, and leaves the rest to another thread. */
  @Test
  void longValueThatIsDecryptedElsewhereCountsAsFoundInMemory() throws Exception {
    Record value = record(1, "x".repeat(100_000));
    put(key("a"), value);
    reads.clear();
    assertThat(get(key("a"))).contains(value);
    assertThat(reads).containsExactly(From.CACHE);
  }

  @Test
  void ciphertextOfAnotherKeyIsRefused() throws Exception {
    put(key("a"), record(1, "of a"));
    put(key("b"), record(1, "of b"));
    onDisk(
        (database, records) -> {
          byte[] ofA = database.db().get(records, DataKey.of(PARTITION, key("a")));
          database.db().put(records, DataKey.of(PARTITION, key("b")), ofA);
          database.db().put(records, DataKey.of(PARTITION + 1, key("a")), ofA);
        });
    assertThat(get(key("a"))).contains(record(1, "of a"));
    StorageFault fault = faultOf(getLater(key("b")));
    assertThat(fault.kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    assertThat(fault.message()).contains("cannot be decrypted");
    // Partitions are not what a value is bound to: they may be copied from one to another.
    GetAnswer elsewhere = new GetAnswer();
    onLane(() -> records.get(PARTITION + 1, key("a"), elsewhere));
    assertThat(await(elsewhere)).contains(record(1, "of a"));
  }

  /** Each byte of a record is changed in one of many that are equal but for their keys. */
  @Test
  void flippedBitIsDamageOfThatRecordAlone() throws Exception {
    put(key("a"), record(1, "of a"));
    put(key("b"), record(1, "of b"));
    int[] bytes = new int[1];
    onDisk(
        (database, records) ->
            bytes[0] = database.db().get(records, DataKey.of(PARTITION, key("a"))).length);
    for (int at = 0; at < bytes[0]; at++) {
      put(key("a" + at), record(1, "of a"));
    }
    onDisk(
        (database, records) -> {
          for (int at = 0; at < bytes[0]; at++) {
            byte[] place = DataKey.of(PARTITION, key("a" + at));
            byte[] flipped = database.db().get(records, place);
            flipped[at] ^= 1;
            database.db().put(records, place, flipped);
          }
        });
    for (int at = 0; at < bytes[0]; at++) {
      assertThat(faultOf(getLater(key("a" + at))).kind())
          .as("byte %d", at)
          .isEqualTo(StorageFault.Kind.CORRUPT);
      assertThat(get(key("b"))).contains(record(1, "of b"));
    }
    assertThat(storage.health().isWritable()).isTrue();
    // As any damage of a record: what cannot be read is dropped with its partition, and refilled.
    PutAnswer dropped = new PutAnswer();
    onLane(() -> records.drop(PARTITION, dropped));
    assertThat(await(dropped)).isTrue();
    put(key("a"), record(2, "again"));
    assertThat(get(key("a"))).contains(record(2, "again"));
  }

  /** A node that was given a value so would not know who has written it. */
  @Test
  void valueThatIsNotEncryptedIsDamageWhereAllAre() throws Exception {
    put(key("a"), record(1, "of a"));
    put(key("b"), record(1, "of b"));
    byte[] planted = record(9, "planted").bytes();
    onDisk(
        (database, records) ->
            database.db().put(records, DataKey.of(PARTITION, key("b")), planted));
    assertThat(get(key("a"))).contains(record(1, "of a"));
    StorageFault fault = faultOf(getLater(key("b")));
    assertThat(fault.kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    assertThat(fault.message()).contains("not encrypted, as all are");
    ScanAnswer page = new ScanAnswer();
    onLane(() -> records.scan(all(10), page));
    assertThat(faultOf(page).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
  }

  /** Something that is done to the database while the node is down. */
  private interface Change {
    void in(Database database, ColumnFamilyHandle records) throws RocksDBException;
  }

  private void onDisk(Change change) throws RocksDBException {
    storage.close();
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    change.in(database, RecordFamily.open(database, new Seal(null, false)).handle());
    assertThat(database.close(true)).isTrue();
    storage = open();
    records = storage.records(lane());
  }

  @Test
  void newMasterKeyTakesOverAndTheOldOneIsNeededOnce() throws Exception {
    putMany();
    reopenWith(on(LONG, SECOND, FIRST));
    expectMany();
    put(key("later"), record(1, "later"));
    reopenWith(on(LONG, SECOND));
    expectMany();
    assertThat(get(key("later"))).contains(record(1, "later"));
  }

  @Test
  void wrongMasterKeyIsRefusedAndNothingIsChanged() throws Exception {
    putMany();
    storage.close();
    byte[] before = Files.readAllBytes(directory.resolve("keys"));
    encryption = on(LONG, SECOND);
    assertThatThrownBy(this::open)
        .isInstanceOf(KeysUnusableException.class)
        .hasMessageContaining("encrypted under master key " + FIRST.id())
        .hasMessageContaining("FILE holds " + SECOND.id())
        .hasMessageContaining("readmit");
    assertThat(directory.resolve("keys")).hasBinaryContent(before);
    encryption = on(LONG, FIRST);
    storage = open();
    records = storage.records(lane());
    expectMany();
  }

  @Test
  void encryptionCannotBeTurnedOffWithoutANewDirectory() {
    putMany();
    storage.close();
    encryption = new Encryption.Off();
    assertThatThrownBy(this::open)
        .isInstanceOf(KeysUnusableException.class)
        .hasMessageContaining("storage.master_key_file is not set");
    encryption = on(LONG, FIRST);
    storage = open();
    records = storage.records(lane());
    expectMany();
  }

  @Test
  void lostOrDamagedFileOfKeysIsRefused() throws Exception {
    putMany();
    storage.close();
    Path keys = directory.resolve("keys");
    byte[] before = Files.readAllBytes(keys);
    Files.delete(keys);
    for (Encryption each : List.of(encryption, new Encryption.Off())) {
      encryption = each;
      assertThatThrownBy(this::open)
          .isInstanceOfAny(StorageOpenException.class, KeysUnusableException.class);
    }
    assertThat(keys).doesNotExist();
    encryption = on(LONG, FIRST);
    for (int at = 0; at < before.length; at += 7) {
      byte[] flipped = before.clone();
      flipped[at] ^= 1;
      Files.write(keys, flipped);
      assertThatThrownBy(this::open)
          .as("byte %d", at)
          .isInstanceOfAny(StorageOpenException.class, KeysUnusableException.class);
    }
    Files.write(keys, before);
    storage = open();
    records = storage.records(lane());
    expectMany();
  }

  @Test
  void valuesGetANewKeyAfterAWhileAndOldOnesAreRead() throws Exception {
    Duration daily = Duration.ofDays(1);
    reopenWith(on(daily, FIRST));
    put(key("a"), record(1, "first"));
    clock.advance(daily);
    put(key("b"), record(2, "second"));
    clock.advance(daily);
    put(key("c"), record(3, "third"));
    reopenWith(on(LONG, FIRST));
    assertThat(get(key("a"))).contains(record(1, "first"));
    assertThat(get(key("b"))).contains(record(2, "second"));
    int[] ids = new int[3];
    onDisk(
        (database, records) -> {
          for (int i = 0; i < 3; i++) {
            byte[] place = DataKey.of(PARTITION, key(List.of("a", "b", "c").get(i)));
            ids[i] = ByteBuffer.wrap(database.db().get(records, place)).getInt(2);
          }
        });
    assertThat(Arrays.stream(ids).distinct()).hasSize(3);
  }

  @Test
  void valuesOfADirectoryThatHadNoEncryptionAreReadAndThenEncrypted() throws Exception {
    storage.close();
    delete();
    encryption = new Encryption.Off();
    storage = open();
    records = storage.records(lane());
    putMany();
    reopenWith(on(LONG, FIRST));
    expectMany();
    assertThat(news.poll(60, SECONDS)).contains("not encrypted");
    assertThat(news.poll(60, SECONDS)).isEqualTo("the records are rewritten");
    put(key("k7"), record(7, SECRET + 7));
    expectMany();
    reopen();
    assertThat(filesWith(SECRET)).isEmpty();
    expectMany();
    assertThat(news).isEmpty();
  }

  @Test
  void treesOfBeforeAreGoneOnceEncryptionIsTurnedOn() throws Exception {
    storage.close();
    delete();
    encryption = new Encryption.Off();
    storage = open();
    records = storage.records(lane());
    leaveTree();
    reopen();
    assertThat(storage.trees(lane()).load().trees()).containsKey(3);
    reopen();
    assertThat(filesWith("tree of " + SECRET)).isNotEmpty();
    reopenWith(on(LONG, FIRST));
    assertThat(storage.trees(lane()).load().trees()).isEmpty();
    storage.close();
    assertThat(filesWith("tree of " + SECRET)).isEmpty();
    storage = open();
  }

  /** Another process may make keys until this one has the lock of the directory. */
  @Test
  void keysThatWereMadeUntilTheDirectoryWasLockedAreKnown() throws Exception {
    put(key("a"), record(1, "of a"));
    storage.close();
    Path keys = directory.resolve("keys");
    byte[] before = Files.readAllBytes(keys);
    Key other = new Key(TENANT + 1, bytes("other"));
    storage = open();
    records = storage.records(lane());
    put(other, record(2, "of a process that ended"));
    storage.close();
    byte[] after = Files.readAllBytes(keys);
    Path newer = Files.write(directory.resolve("newer"), after);
    Files.delete(keys);
    assumeThat(new ProcessBuilder("mkfifo", keys.toString()).start().waitFor()).isZero();
    CompletableFuture<?> read =
        CompletableFuture.runAsync(
            () -> {
              try (OutputStream out = Files.newOutputStream(keys)) { // waits for who reads it
                byte[] there = isLocked() ? after : before;
                Files.move(newer, keys, StandardCopyOption.REPLACE_EXISTING);
                out.write(there);
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            },
            task -> Thread.ofPlatform().daemon().start(task));
    storage = open();
    records = storage.records(lane());
    await(read);
    assertThat(get(other)).contains(record(2, "of a process that ended"));
    put(key("a"), record(3, "again"));
    reopen();
    assertThat(get(other)).contains(record(2, "of a process that ended"));
    assertThat(get(key("a"))).contains(record(3, "again"));
  }

  private boolean isLocked() throws IOException {
    try (DirectoryLock taken = DirectoryLock.take(directory)) {
      return taken == null;
    } catch (StorageOpenException inUse) {
      return true;
    }
  }

  @Test
  void forgottenKeysMakeValuesUnreadableAndOthersStay() throws Exception {
    putMany();
    put(key("long"), record(1, "x".repeat(100_000)));
    Image before = image();
    PutAnswer forgotten = new PutAnswer();
    onLane(() -> storage.forgetKeys(lane(), tenant -> tenant == TENANT, forgotten));
    assertThat(await(forgotten)).isTrue();
    put(key("new"), record(1, "of the new key"));
    StorageFault unseen = faultOf(scanLater(before, all(10)));
    assertThat(unseen.kind()).isEqualTo(StorageFault.Kind.FAILED);
    assertThat(unseen.message()).contains("keys of tenant " + TENANT + " were forgotten");
    for (int life = 0; life < 2; life++) {
      StorageFault fault = faultOf(getLater(key("k1")));
      assertThat(fault.kind()).isEqualTo(StorageFault.Kind.FAILED);
      assertThat(fault.message()).contains("keys of tenant " + TENANT + " were forgotten");
      assertThat(get(key("new"))).contains(record(1, "of the new key"));
      assertThat(get(new Key(TENANT + 1, bytes("other")))).contains(record(1, SECRET));
      reopen();
    }
    PutAnswer cleared = new PutAnswer();
    onLane(() -> records.clear(PARTITION, List.of(TENANT), cleared));
    assertThat(await(cleared)).isTrue();
    assertThat(get(key("k1"))).isEmpty();
    assertThat(news).isEmpty();
  }

  @Test
  void longValuesAreReadToo() {
    Record large = record(1, "x".repeat(1 << 20));
    put(key("large"), large);
    assertThat(get(key("large"))).contains(large);
    reopen();
    assertThat(get(key("large"))).contains(large);
  }
}
