package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.crypt.Encryption;
import io.quorate.storage.crypt.MasterKey;
import io.quorate.storage.crypt.MasterKeys;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;

/** Versions that were replaced are as unreadable on the disk as records are. */
@Tag("patient")
final class EncryptedHistoryTest {
  /** No other text of the test is like it, and no compression takes it apart. */
  private static final String SECRET = "Zq7-planted-Kx4-value-Vw9";

  private static final Encryption OFF = new Encryption.Off();
  private static final Encryption ON =
      new Encryption.On(
          new MasterKeys(List.of(new MasterKey(new byte[MasterKey.BYTES])), "FILE"),
          Duration.ofDays(90));

  @TempDir private Path directory;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  private KeptOnDisk open(Encryption encryption) {
    return KeptOnDisk.open(directory, RocksSettings.DEFAULT.with(encryption), lane);
  }

  private static Record secret(int number) {
    Version version = new Version(0, Hlc.of(10, 0), new NodeId(1), 1);
    return Record.value(version, 1, 0, (SECRET + number).getBytes(UTF_8));
  }

  private static byte[] place(int number) {
    return HistoryKey.of(
        KeptOnDisk.PARTITION,
        KeptOnDisk.key(number),
        secret(number).version(),
        Hlc.of(20, 0),
        KeptOnDisk.BUCKET_END);
  }

  private void keepMany(KeptOnDisk storage) throws Exception {
    storage.mark(KeptOnDisk.PLACE, 5);
    for (int i = 0; i < 50; i++) {
      storage.keep(KeptOnDisk.key(i), secret(i));
    }
  }

  private List<Path> filesWithSecret() throws IOException {
    List<Path> found = new ArrayList<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (new String(Files.readAllBytes(file), UTF_8).contains(SECRET)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private void compact() throws RocksDBException {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    ColumnFamilyHandle history = database.family(Family.HISTORY);
    try (FlushOptions now = new FlushOptions()) {
      database.db().flush(now, history);
      database.db().compactRange(history);
    }
    assertThat(database.close(true)).isTrue();
  }

  @Test
  void noFileHoldsAValueNeitherLogNorTable() throws Exception {
    try (KeptOnDisk storage = open(ON)) {
      keepMany(storage);
      assertThat(filesWithSecret()).as("in the log").isEmpty();
    }
    compact();
    assertThat(filesWithSecret()).as("in tables").isEmpty();
    try (KeptOnDisk storage = open(ON)) {
      assertThat(storage.count()).isEqualTo(50);
      assertThat(storage.history().load()).containsEntry(KeptOnDisk.PLACE, 5L);
    }
  }

  /** Shows that the search above would find what there is to be found, too. */
  @Test
  void whatWasKeptBeforeEncryptionWasTurnedOnIsGoneThen() throws Exception {
    try (KeptOnDisk storage = open(OFF)) {
      keepMany(storage);
      assertThat(filesWithSecret()).anyMatch(file -> file.toString().endsWith(".log"));
    }
    open(OFF).close();
    assertThat(filesWithSecret()).anyMatch(file -> file.toString().endsWith(".sst"));
    for (int life = 0; life < 2; life++) {
      try (KeptOnDisk storage = open(ON)) {
        assertThat(storage.history().load()).isEmpty();
        assertThat(storage.count()).isZero();
        assertThat(storage.news().stream().filter(each -> each.startsWith("histories begin again")))
            .hasSize(life == 0 ? 1 : 0);
      }
      assertThat(filesWithSecret()).isEmpty();
    }
    try (KeptOnDisk storage = open(ON)) {
      keepMany(storage);
    }
    try (KeptOnDisk storage = open(ON)) {
      assertThat(storage.count()).isEqualTo(50);
      assertThat(storage.history().load()).containsEntry(KeptOnDisk.PLACE, 5L);
    }
  }

  /** Something that is done to the history while the node is down. */
  private interface Change {
    void in(Database database, ColumnFamilyHandle history) throws RocksDBException;
  }

  private void expectDamage(Change change) throws Exception {
    try (KeptOnDisk storage = open(ON)) {
      keepMany(storage);
      storage.put(KeptOnDisk.key(1), secret(1));
      assertThat(storage.count()).isEqualTo(51);
    }
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    change.in(database, database.family(Family.HISTORY));
    assertThat(database.close(true)).isTrue();
    try (KeptOnDisk storage = open(ON)) {
      assertThatThrownBy(storage::count).hasMessageContaining("CORRUPT");
    }
    try (KeptOnDisk storage = open(ON)) {
      assertThat(storage.count()).isEqualTo(1);
    }
  }

  private static byte[] stored(Database database, ColumnFamilyHandle family, byte[] place)
      throws RocksDBException {
    return Objects.requireNonNull(database.db().get(family, place));
  }

  @Test
  void ciphertextOfAnotherPlaceIsRefused() throws Exception {
    expectDamage(
        (database, history) ->
            database.db().put(history, place(2), stored(database, history, place(1))));
    byte[] later =
        HistoryKey.of(
            KeptOnDisk.PARTITION,
            KeptOnDisk.key(1),
            secret(1).version(),
            Hlc.of(21, 0),
            KeptOnDisk.BUCKET_END);
    expectDamage(
        (database, history) ->
            database.db().put(history, later, stored(database, history, place(1))));
  }

  @Test
  void ciphertextOfARecordIsRefused() throws Exception {
    byte[] dataKey = DataKey.of(KeptOnDisk.PARTITION, KeptOnDisk.key(1));
    expectDamage(
        (database, history) ->
            database
                .db()
                .put(history, place(1), stored(database, database.family(Family.DATA), dataKey)));
  }

  @Test
  void valueThatIsNotEncryptedIsDamage() throws Exception {
    expectDamage((database, history) -> database.db().put(history, place(1), secret(1).bytes()));
  }

  @Test
  void forgottenKeysMakeVersionsUnreadableAndThoseOfOthersStay() throws Exception {
    int other = KeptOnDisk.TENANT + 1;
    try (KeptOnDisk storage = open(ON)) {
      keepMany(storage);
      storage.keep(new Key(other, new byte[] {1}), secret(1));
      storage.forgetKeys();
    }
    try (KeptOnDisk storage = open(ON)) {
      assertThatThrownBy(storage::count)
          .hasMessageContaining("FAILED")
          .hasMessageContaining("keys of tenant " + KeptOnDisk.TENANT + " were forgotten");
      assertThat(storage.count(other)).isEqualTo(1);
      assertThat(storage.news()).isEmpty();
      storage.clear();
      assertThat(storage.count()).isZero();
      assertThat(storage.history().load()).isEmpty();
      assertThat(storage.count(other)).isEqualTo(1);
    }
  }
}
