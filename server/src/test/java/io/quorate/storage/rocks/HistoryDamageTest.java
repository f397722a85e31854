package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.HistoryMarks;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.format.HistoryKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDBException;

/**
 * Files of a history that are damaged or missing: the node serves, records are as they were, and
 * nothing is said to be kept that may not be.
 */
@Tag("patient")
final class HistoryDamageTest {
  private static final int KEYS = 1000;

  /** So small that a few thousand writes make several files, and a compaction of them. */
  private static final RocksSettings SMALL =
      new RocksSettings(RocksSettings.DEFAULT.durability(), 0, 1 << 20, 128 << 10, 1 << 20, 2, 2);

  @TempDir private Path directory;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  private KeptOnDisk open() {
    return KeptOnDisk.open(directory, RocksSettings.DEFAULT, lane);
  }

  private void fill() throws Exception {
    try (KeptOnDisk storage = open()) {
      storage.fill(KEYS).expectAll(KEYS);
    }
  }

  /** And it stays so, and what is kept from then on is there. */
  private void expectBegunAgain() throws Exception {
    for (int life = 0; life < 2; life++) {
      try (KeptOnDisk storage = open()) {
        storage.expectBegunAgain(KEYS);
        assertThat(mark()).doesNotExist();
      }
    }
    try (KeptOnDisk storage = open()) {
      storage.keep(7);
      storage.mark(KeptOnDisk.PLACE, 9);
    }
    try (KeptOnDisk storage = open()) {
      assertThat(storage.count()).isEqualTo(KEYS + 1);
      assertThat(storage.history().load()).containsOnlyKeys(KeptOnDisk.PLACE);
    }
  }

  private Path mark() {
    return directory.resolve("unreadable-history");
  }

  @Test
  void everythingIsThereAfterOpening() throws Exception {
    fill();
    try (KeptOnDisk storage = open()) {
      storage.expectAll(KEYS);
    }
  }

  @Test
  void missingTableFileBeginsItAgain() throws Exception {
    fill();
    Files.delete(table(Family.HISTORY));
    expectBegunAgain();
  }

  @Test
  void tableFileThatWasCutBeginsItAgain() throws Exception {
    fill();
    Path table = table(Family.HISTORY);
    Files.write(table, Arrays.copyOf(Files.readAllBytes(table), 5000));
    expectBegunAgain();
  }

  /** Its length is right, and it cannot be opened. */
  @Test
  void tableFileWithADamagedEndBeginsItAgain() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.9999);
    expectBegunAgain();
  }

  @Test
  void damageThatAReadFindsBeginsItAgainAtTheNextStart() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.2);
    try (KeptOnDisk storage = open()) {
      assertThat(storage.news()).isEmpty();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(storage::count)
            .isInstanceOf(ExecutionException.class)
            .hasMessageContaining("CORRUPT");
      }
      assertThat(storage.news()).hasSize(1).allMatch(text -> text.contains("at the next start"));
      assertThat(mark()).exists();
      storage.keep(1);
      assertThat(storage.get(5)).contains(KeptOnDisk.record(5));
      assertThat(storage.storage().health().isWritable()).isTrue();
    }
    assertThat(directory.resolve("unreadable")).doesNotExist();
    expectBegunAgain();
  }

  /** Another replica that takes what this one keeps is told nothing, rather than a part of it. */
  @Test
  void damageThatAPageForAnotherReplicaFindsBeginsItAgainAtTheNextStart() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.2);
    try (KeptOnDisk storage = open()) {
      assertThatThrownBy(storage::readAll)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("CORRUPT");
      assertThat(mark()).exists();
      assertThat(storage.get(5)).contains(KeptOnDisk.record(5));
    }
    assertThat(directory.resolve("unreadable")).doesNotExist();
    expectBegunAgain();
  }

  /** They would end all writes. */
  @Test
  void noCompactionTouchesItOnceAReadHasFoundDamage() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.2);
    try (KeptOnDisk storage = KeptOnDisk.open(directory, SMALL, lane)) {
      assertThatThrownBy(storage::count).hasMessageContaining("CORRUPT");
      for (int i = 0; i < 5_000; i++) {
        storage.keep(i % KEYS);
      }
      assertThat(storage.storage().health().isWritable()).isTrue();
    }
    expectBegunAgain();
  }

  @Test
  void whatIsNotUnderstoodBeginsItAgainAtTheNextStart() throws Exception {
    byte[] bucket = HistoryKey.bucket(KeptOnDisk.PARTITION, KeptOnDisk.TENANT, 2000);
    byte[] place =
        HistoryKey.of(
            KeptOnDisk.PARTITION, KeptOnDisk.key(5), KeptOnDisk.record(5).version(), -1, 2000);
    for (byte[] key : List.of(Arrays.copyOf(bucket, 15), Arrays.copyOf(bucket, 80), place)) {
      fill();
      Database database = Opening.open(directory, RocksSettings.DEFAULT);
      database.db().put(database.family(Family.HISTORY), key, new byte[] {77});
      database.close(true);
      try (KeptOnDisk storage = open()) {
        assertThatThrownBy(storage::count).hasMessageContaining("CORRUPT");
      }
      expectBegunAgain();
    }
  }

  /** RocksDB takes no more writes then. */
  @Test
  void damageThatACompactionFindsBeginsItAgainAtTheNextStart() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.2);
    try (KeptOnDisk storage = KeptOnDisk.open(directory, SMALL, lane)) {
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  storage.keep(i % KEYS);
                }
              })
          .isInstanceOf(ExecutionException.class);
      assertThat(storage.storage().health().isWritable()).isFalse();
    }
    assertThat(directory.resolve("unreadable")).exists();
    try (KeptOnDisk storage = KeptOnDisk.open(directory, SMALL, lane)) {
      storage.expectBegunAgain(KEYS);
      for (int i = 0; i < 5_000; i++) {
        storage.keep(i % KEYS); // compactions go on
      }
      assertThat(storage.storage().health().isWritable()).isTrue();
    }
  }

  @Test
  void damagedRecordsLeaveItAsItIs() throws Exception {
    fill();
    damage(table(Family.DATA), 0.2);
    SuspectMark.in(directory).set("a record cannot be read");
    try (KeptOnDisk storage = open()) {
      assertThat(storage.history().load()).hasSize(2);
      assertThatThrownBy(storage::count).hasMessageContaining("CORRUPT");
    }
    assertThat(mark()).doesNotExist();
    assertThat(directory.resolve("unreadable")).exists();
  }

  @Test
  void missingTableFileOfRecordsLeavesItAsItIs() throws Exception {
    fill();
    Files.delete(table(Family.DATA));
    try (KeptOnDisk storage = open()) {
      assertThat(storage.history().load()).hasSize(2);
    }
  }

  /** What else is there is not trusted any more once anything could not be read. */
  @Test
  void damageInItIsFoundOnceAnythingCouldNotBeRead() throws Exception {
    fill();
    damage(table(Family.HISTORY), 0.2);
    SuspectMark.in(directory).set("a record cannot be read");
    expectBegunAgain();
  }

  /** Otherwise its files would become more and more while the records are written again. */
  @Test
  @Tag("prompt")
  void itIsCompactedThoughARecordCouldNotBeRead() throws Exception {
    fill();
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    database.close(true);
    SuspectMark.in(directory).set("a record cannot be read");
    Database suspect = Opening.open(directory, RocksSettings.DEFAULT);
    try (FlushOptions now = new FlushOptions()) {
      for (int i = 0; i < 8; i++) {
        byte[] key = HistoryKey.from(KeptOnDisk.PARTITION, KeptOnDisk.TENANT, 500, new byte[] {7});
        suspect.db().put(suspect.family(Family.HISTORY), key, new byte[100 + i]);
        suspect.db().put(suspect.family(Family.DATA), key, new byte[100 + i]);
        suspect
            .db()
            .flush(now, List.of(suspect.family(Family.HISTORY), suspect.family(Family.DATA)));
      }
    }
    await().until(() -> levelZero(suspect, Family.HISTORY) < 4);
    assertThat(levelZero(suspect, Family.DATA)).isGreaterThanOrEqualTo(8);
    suspect.close(true);
  }

  private static int levelZero(Database database, Family family) throws RocksDBException {
    return Integer.parseInt(
        database.db().getProperty(database.family(family), "rocksdb.num-files-at-level0"));
  }

  @Test
  void lostFamilyBeginsItAgain() throws Exception {
    fill();
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    database.drop(database.family(Family.HISTORY));
    database.close(true);
    expectBegunAgain();
  }

  @Test
  void marksOfAnUnknownShapeAreRefused() throws Exception {
    byte[] key = HistoryMarks.of(KeptOnDisk.PLACE);
    expectRefusal(key, new byte[3], "a mark of the history has 3 bytes");
    expectRefusal(Arrays.copyOf(key, key.length - 1), new byte[8], "has 21 bytes");
    expectRefusal("history/since/".getBytes(US_ASCII), new byte[8], "has 14 bytes");
  }

  private void expectRefusal(byte[] key, byte[] value, String text) throws Exception {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    database.meta(key, value);
    database.close(true);
    try (KeptOnDisk storage = open()) {
      assertThatThrownBy(() -> storage.history().load())
          .isInstanceOf(StorageOpenException.class)
          .hasMessageContaining(text)
          .hasMessageContaining("quorate cluster readmit");
    }
    Database again = Opening.open(directory, RocksSettings.DEFAULT);
    HistoryMarks.forgetAll(again);
    again.close(true);
  }

  private Path table(Family family) throws RocksDBException {
    Database database = Opening.open(directory, RocksSettings.DEFAULT);
    String name =
        database.db().getLiveFilesMetaData().stream()
            .filter(each -> Arrays.equals(each.columnFamilyName(), family.bytes()))
            .map(each -> each.fileName().substring(1))
            .findFirst()
            .orElseThrow();
    database.close(false);
    return directory.resolve("db").resolve(name);
  }

  private static void damage(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < 8; i++) {
      bytes[Math.min(bytes.length - 1, (int) (bytes.length * share) + i)] ^= 0x55;
    }
    Files.write(file, bytes, StandardOpenOption.TRUNCATE_EXISTING);
  }
}
