package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Clock;
import io.quorate.runtime.TestClock;
import io.quorate.storage.StorageListener;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.crypt.MasterKey;
import io.quorate.storage.crypt.MasterKeys;
import io.quorate.storage.rocks.database.CompactionPace;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.database.SealMark;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** Records are written again to have them encrypted: what that needs, and what it leaves. */
final class RenewalOfSealsTest {
  private static final int TENANT = 7;
  private static final int PARTITION = 3;
  private static final long MIB = 1L << 20;
  private static final Duration NEW_KEY_AFTER = Duration.ofHours(1);
  private static final long RETRY_NANOS = Duration.ofHours(1).toNanos();

  @TempDir private Path directory;

  private long nanos;
  private final Clock clock = TestClock.ofNanos(() -> nanos);
  private final List<String> news = new ArrayList<>();
  private long free = Long.MAX_VALUE;
  private Database database;
  private Keyring keyring;
  private RecordFamily records;
  private Renewal renewal;

  @BeforeEach
  void open() throws Exception {
    database = Opening.open(directory, RocksSettings.DEFAULT);
    putPlain(0, 10);
    MasterKeys master = new MasterKeys(List.of(new MasterKey(new byte[MasterKey.BYTES])), "FILE");
    keyring =
        Objects.requireNonNull(
            Keyring.open(directory, new Encryption.On(master, NEW_KEY_AFTER), clock));
    SealMark.check(database, keyring, false, StorageListener.NONE);
    records = RecordFamily.open(database, new Seal(keyring, false));
    StorageListener listener =
        new StorageListener() {
          @Override
          public void onRenewal(String text) {
            news.add(text);
          }
        };
    renewal =
        new Renewal(
            database,
            records,
            SuspectMark.in(directory),
            new CompactionPace(database, clock),
            clock,
            listener,
            () -> free);
    renewal.sealAll();
  }

  @AfterEach
  void close() {
    renewal.close();
    assertThat(database.close(false)).isTrue();
  }

  private static byte[] place(int number) {
    return DataKey.of(PARTITION, new Key(TENANT, ("k" + number).getBytes(UTF_8)));
  }

  private static Record record(int bytes) {
    return Record.value(new Version(0, 1, new NodeId(1), 1), 1, 0, new byte[bytes]);
  }

  /** As it was before encryption was turned on. */
  private void putPlain(int number, int bytes) throws RocksDBException {
    database.db().put(database.family(Family.DATA), place(number), record(bytes).bytes());
  }

  private void putSealed(int number) throws RocksDBException {
    try (WriteOptions options = new WriteOptions();
        WriteBatch batch = new WriteBatch()) {
      records.put(batch, place(number), record(10).bytes());
      database.db().write(options, batch);
    }
  }

  private void goOn() throws RocksDBException {
    nanos += Math.max(0, renewal.nanosUntilDue());
    renewal.goOn();
  }

  /** Twenty values of a megabyte each, which take nearly nothing until they are encrypted. */
  private void fill() throws RocksDBException {
    for (int i = 0; i < 20; i++) {
      putPlain(i, (int) MIB);
    }
    try (FlushOptions now = new FlushOptions()) {
      database.db().flush(now, records.handle());
    }
    assertThat(records.bytes()).isLessThan(MIB);
  }

  @Test
  void compressedRecordsAreRewrittenOnceThereIsRoomForThemEncrypted() throws Exception {
    fill();
    free = 15 * MIB;
    goOn();
    assertThat(records.next()).isNull();
    assertThat(news.getLast()).contains("cannot be rewritten: that takes 20 MiB, and 15 MiB are");
    assertThat(renewal.nanosUntilDue()).isEqualTo(RETRY_NANOS);
    free = 90 * MIB;
    goOn();
    assertThat(records.next()).isNotNull();
  }

  /** Others fill the disk, too: a node that fills it up would take no writes any more. */
  @Test
  void rewritingIsGivenUpBeforeTheDiskIsFull() throws Exception {
    goOn();
    assertThat(records.next()).isNotNull();
    free = 64 * MIB;
    goOn();
    assertThat(records.next()).isNull();
    assertThat(database.handles()).hasSize(Family.values().length + 1);
    assertThat(renewal.nanosUntilDue()).isEqualTo(RETRY_NANOS);
  }

  @Test
  void afterwardsEachIsEncryptedByTheKeyThatEncryptsNow() throws Exception {
    putPlain(1, 10);
    putSealed(2);
    nanos += NEW_KEY_AFTER.toNanos();
    putSealed(3);
    assertThat(keyring.isCurrent(TENANT, stored(2))).isFalse();
    byte[] third = stored(3);
    assertThat(SealMark.isOnAll(database)).isFalse();
    goOn();
    putSealed(4); // after its partition was copied
    while (renewal.nanosUntilDue() != Long.MAX_VALUE) {
      goOn();
    }
    for (int number = 0; number <= 4; number++) {
      assertThat(keyring.isCurrent(TENANT, stored(number))).as("%d", number).isTrue();
      assertThat(records.seal().open(place(number), stored(number))).isEqualTo(record(10));
    }
    assertThat(stored(3)).as("needs no other ciphertext").isEqualTo(third);
    assertThat(SealMark.isOnAll(database)).isTrue();
  }

  private byte[] stored(int number) throws RocksDBException {
    return Objects.requireNonNull(database.db().get(records.handle(), place(number)));
  }
}
