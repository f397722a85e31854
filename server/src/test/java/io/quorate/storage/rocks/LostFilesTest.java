package io.quorate.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.real.EventLoops;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.files.LogFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data directory that lost part of its files: each is cut at every byte, or ends in zeros, or is
 * missing, or is an older one. Either the directory is refused, or all is there that was
 * acknowledged, or what is not there is visibly damaged.
 *
 * <p>For each change manifests are cut where records end and at every seventh byte, and a third of
 * the kinds of damage is tried on each table; with {@code -Dquorate.seeds=all} it is all.
 */
@Tag("patient")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LostFilesTest {
  private static final boolean ALL = "all".equals(System.getProperty("quorate.seeds"));
  private static final int STEP = 7;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private DirectoryImage image;
  private Path parent;
  private Path pristine;

  @BeforeAll
  void makeImage(@TempDir Path directory) throws Exception {
    parent = directory;
    image = DirectoryImage.make(parent.resolve("data"), loops.lanes().getFirst());
    pristine = parent.resolve("pristine");
    DirectoryImage.copy(image.directory(), pristine);
  }

  @AfterAll
  void closeLoops() {
    loops.close();
  }

  /** The image itself is as many-sided as the tests need it. */
  @Test
  void nothingIsMissing() throws Exception {
    assertThat(image.files(".sst")).hasSizeGreaterThan(3);
    assertThat(image.files(".log")).hasSizeGreaterThan(1);
    RocksStorage storage = image.open();
    assertThat(image.expectAll(storage)).isEmpty();
    storage.close();
    restore();
  }

  @Test
  void manifestThatIsCutAtAnyByteIsRefused() throws Exception {
    Path manifest = image.files("MANIFEST-").getLast();
    byte[] whole = Files.readAllBytes(manifest);
    long remembered = image.rememberedManifestBytes();
    for (int length : lengths(manifest)) {
      Files.write(manifest, Arrays.copyOf(whole, length));
      expectRefusalOf(manifest, "cut at " + length, length < remembered);
    }
    Files.write(manifest, whole);
  }

  @Test
  void manifestThatEndsInZerosIsRefused() throws Exception {
    Path manifest = image.files("MANIFEST-").getLast();
    byte[] whole = Files.readAllBytes(manifest);
    long remembered = image.rememberedManifestBytes();
    for (int from : lengths(manifest)) {
      byte[] zeros = whole.clone();
      Arrays.fill(zeros, from, whole.length, (byte) 0);
      if (!Arrays.equals(zeros, whole)) {
        Files.write(manifest, zeros);
        expectRefusalOf(manifest, "zeros from " + from, from < remembered);
      }
    }
    Files.write(manifest, whole);
  }

  @Test
  void manifestOfAnEarlierTimeIsRefused() throws Exception {
    Path older = parent.resolve("older");
    DirectoryImage.copy(pristine, older);
    DirectoryImage.open(older).close(); // opening writes a new manifest
    Path current = image.file("CURRENT");
    // The directory is the newer one; its CURRENT names the manifest of before.
    Path before = image.files("MANIFEST-").getLast();
    Files.copy(before, older.resolve("db").resolve(before.getFileName().toString()));
    Files.copy(current, older.resolve("db/CURRENT"), StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> DirectoryImage.open(older).close())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("CURRENT names " + before.getFileName());

    restore();
    DirectoryImage.delete(older);
  }

  /** Where a manifest is cut: what is left can be read to its end after a whole record alone. */
  private static List<Integer> lengths(Path manifest) throws IOException {
    int bytes = (int) Files.size(manifest);
    TreeSet<Integer> lengths = new TreeSet<>();
    for (int length = 0; length < bytes; length += ALL ? 1 : STEP) {
      lengths.add(length);
    }
    try (LogFile records = new LogFile(manifest, 0, 0)) {
      while (records.next()) {
        int end = (int) records.end();
        lengths.addAll(List.of(end - 1, end, end + 1));
      }
    }
    return lengths.stream().filter(length -> length < bytes).toList();
  }

  /** Before it was killed: what it had acknowledged last was in logs only. */
  @Test
  void manifestOfAnInterruptedOpeningIsRefusedWhereItIsCut() throws Exception {
    expectRefusalOfInterruptedOpening();
  }

  /** The logs are empty then, so no log is missing. */
  @Test
  void manifestOfAnInterruptedOpeningAfterAStopInOrderIsRefusedWhereItIsCut() throws Exception {
    image.open().close();
    expectRefusalOfInterruptedOpening();
  }

  /** Compactions begin when the database is open: until then no table file goes. */
  @Test
  void manifestOfAnInterruptedOpeningThatLacksATableFileIsRefused() throws Exception {
    Path before = image.directory().resolve("manifest.before");
    Files.copy(image.files("MANIFEST-").getLast(), before);
    image.openDatabaseOnly(
        (db, records) -> {
          db.compactRange(records);
          db.deleteFilesInRanges(records, List.of(new byte[] {0}, new byte[] {(byte) 0xff}), true);
        });
    assertThatThrownBy(() -> image.open().close())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("lacks table files that were there before it was written");
    restore();
  }

  /** Tables wait to be deleted under this name; the process may die meanwhile. */
  @Test
  @Tag("prompt")
  void tablesThatWaitedToBeDeletedAreNotMissedAndGo() throws Exception {
    Path table = image.files(".sst").getFirst();
    Path waits = table.resolveSibling("000001.sst.trash");
    Files.copy(table, waits);
    RocksStorage storage = image.open();
    try {
      assertThat(image.expectAll(storage)).isEmpty();
      await().untilAsserted(() -> assertThat(waits).doesNotExist());
    } finally {
      storage.close();
    }
    restore();
  }

  /**
   * RocksDB writes another manifest while it opens a database. If the process dies then, no mark
   * tells what is to be in it: the copy of the manifest before does, and what is in it by itself.
   */
  private void expectRefusalOfInterruptedOpening() throws Exception {
    Path before = image.directory().resolve("manifest.before");
    Path lock = image.file("LOCK");
    Path first = image.files("MANIFEST-").getLast();
    assertThat(before).doesNotExist();
    Files.delete(lock);
    Files.createDirectory(lock); // so that RocksDB gets no further
    expectRefusal("without a lock", null);
    assertThat(before).hasSameBinaryContentAs(first);
    Files.delete(lock);

    image.openDatabaseOnly((db, records) -> {});
    Path manifest = image.files("MANIFEST-").getLast();
    assertThat(manifest).isNotEqualTo(first);
    Path interrupted = parent.resolve("interrupted");
    DirectoryImage.copy(image.directory(), interrupted);
    byte[] whole = Files.readAllBytes(manifest);
    for (int length : lengths(manifest)) {
      Files.write(manifest, Arrays.copyOf(whole, length));
      int damaged = expectRefusalOrAll("cut at " + length, manifest, interrupted);
      assertThat(damaged).as("cut at %d", length).isZero();
    }
    Files.write(manifest, whole);
    RocksStorage storage = image.open();
    assertThat(image.expectAll(storage)).isEmpty();
    assertThat(before).doesNotExist();
    storage.close();
    DirectoryImage.delete(interrupted);
    restore();
  }

  @Test
  void logThatIsCutOrEndsInZerosIsRefused() throws Exception {
    for (Path log : image.files(".log")) {
      byte[] whole = Files.readAllBytes(log);
      int ends = end(whole);
      for (int length = 0; length < ends; length += Math.max(1, ends / 40)) {
        Files.write(log, Arrays.copyOf(whole, length));
        expectRefusalOrAll("cut at " + length, log);
        byte[] zeros = whole.clone();
        Arrays.fill(zeros, length, ends, (byte) 0);
        Files.write(log, zeros);
        expectRefusalOrAll("zeros from " + length, log);
        byte[] page = whole.clone();
        Arrays.fill(page, length, Math.min(ends, length + 4096), (byte) 0);
        Files.write(log, page);
        expectRefusalOrAll("4096 zeros from " + length, log);
      }
      Files.write(log, whole);
    }
  }

  /** The last write of a log is the easiest to lose, for nothing follows that would miss it. */
  @Test
  void logThatLacksItsLastWriteIsRefused() throws Exception {
    Path log = image.files(".log").getLast();
    byte[] whole = Files.readAllBytes(log);
    long last = 0;
    long lastButOne = 0;
    String name = log.getFileName().toString();
    try (LogFile records =
        new LogFile(log, Long.parseLong(name.substring(0, name.indexOf('.'))), 12)) {
      while (records.next()) {
        lastButOne = last;
        last = records.end();
      }
    }
    assertThat(lastButOne).isPositive();
    Files.write(log, Arrays.copyOf(whole, (int) lastButOne));
    expectRefusal("without its last write", null);
    Files.write(log, whole);
  }

  @Test
  void missingFileIsRefusedOrVisiblyDamaged() throws Exception {
    int damaged = 0;
    for (Path file : image.files("")) {
      String name = file.getFileName().toString();
      if (name.endsWith(".sst") || name.endsWith(".log") || name.startsWith("MANIFEST")) {
        Files.delete(file);
        damaged += expectRefusalOrAll("missing", file);
        restore();
      }
    }
    assertThat(damaged).as("partitions that are visibly damaged").isPositive();
  }

  /** Whether a kind of damage of a table is tried: one of three, but with all. */
  private static boolean isNext(int turn) {
    return ALL || turn % 3 == 0;
  }

  @Test
  void shortenedTableFileIsRefusedOrVisiblyDamaged() throws Exception {
    int damaged = 0;
    int turn = 0;
    for (Path table : image.files(".sst")) {
      byte[] whole = Files.readAllBytes(table);
      for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
        if (isNext(turn++)) {
          Files.write(table, Arrays.copyOf(whole, length));
          damaged += expectRefusalOrAll("cut at " + length, table);
          restore();
        }
      }
      for (int i = 1; i <= 53; i += 4) {
        if (isNext(turn++)) {
          byte[] footer = whole.clone();
          footer[whole.length - i] ^= 0x55;
          Files.write(table, footer);
          damaged += expectRefusalOrAll("footer changed " + i + " bytes before its end", table);
          restore();
        }
      }
      turn++; // so that each kind of damage comes to another table
    }
    assertThat(damaged).as("partitions that are visibly damaged").isPositive();
  }

  @Test
  void oneOfTwoMarksIsEnough() throws Exception {
    for (String name : List.of("synced", "synced.copy")) {
      Path mark = image.directory().resolve(name);
      Files.delete(mark);
      RocksStorage storage = image.open();
      assertThat(image.expectAll(storage)).isEmpty();
      storage.close();
      assertThat(mark).exists();
      restore();
      Files.write(mark, new byte[4096]);
      image.open().close();
      restore();
    }
  }

  @Test
  void usedDirectoryWithoutAValidMarkIsRefused() throws Exception {
    Path mark = image.directory().resolve("synced");
    Path copy = image.directory().resolve("synced.copy");
    Files.delete(mark);
    Files.delete(copy);
    expectRefusal("without marks", mark);
    restore();
    for (byte[] bytes : List.of(new byte[0], new byte[4096], new byte[10])) {
      Files.write(mark, bytes);
      Files.write(copy, bytes);
      expectRefusal("with damaged marks", mark);
      restore();
    }
  }

  /** The mark consists of the sequence number and its checksum, and has no copy. */
  @Test
  void directoryOfAnOlderBuildIsRefusedWithTheWayToGoOn() throws Exception {
    ByteBuffer mark = ByteBuffer.allocate(12).putLong(5);
    CRC32C crc = new CRC32C();
    crc.update(mark.array(), 0, 8);
    Files.write(image.directory().resolve("synced"), mark.putInt((int) crc.getValue()).array());
    Files.delete(image.directory().resolve("synced.copy"));
    assertThatThrownBy(() -> image.open().close())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining(image.directory() + " was written by an older build of Quorate")
        .hasMessageContaining("quorate export");
    restore();
    Files.delete(image.directory().resolve("synced"));
    Files.delete(image.directory().resolve("synced.copy"));
    assertThatThrownBy(() -> image.open().close())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("If an older build of Quorate wrote it")
        .hasMessageContaining("quorate export");
    restore();
  }

  @Test
  void databaseThatIsGoneIsNotTakenForANewOne() throws Exception {
    DirectoryImage.delete(image.directory().resolve("db"));
    expectRefusal("without db", image.file("CURRENT"));
    Files.createDirectory(image.directory().resolve("db"));
    expectRefusal("with an empty db", image.file("CURRENT"));
    restore();
  }

  /** What is not remembered may be missing, if all is there nevertheless. */
  private void expectRefusalOf(Path manifest, String what, boolean remembered) throws Exception {
    if (remembered) {
      expectRefusal(what, manifest);
    } else {
      int damaged = expectRefusalOrAll(what, manifest);
      assertThat(damaged).as(what).isZero();
      restore();
    }
  }

  private void restore() throws IOException {
    restore(pristine);
  }

  private void restore(Path from) throws IOException {
    DirectoryImage.delete(image.directory());
    DirectoryImage.copy(from, image.directory());
  }

  /** Where a log ends: behind that it may be filled with zeros, or with what it held before. */
  private static int end(byte[] log) {
    int end = log.length;
    while (end > 0 && log[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private void expectRefusal(String what, @Nullable Path named) {
    String path = named == null ? image.directory().toString() : named.toString();
    try {
      image.open().close();
    } catch (StorageOpenException refusal) {
      assertThat(refusal)
          .as(what)
          .hasMessageContaining(path)
          .hasMessageMatching("(?s).*\\. [A-Z].*\\.");
      return;
    }
    fail("%s: was opened", what);
  }

  /** Gives how many partitions are visibly damaged. */
  private int expectRefusalOrAll(String what, Path file) throws Exception {
    return expectRefusalOrAll(what, file, pristine);
  }

  /** Expects a refusal or all records; after an opening, puts the directory back as it was. */
  private int expectRefusalOrAll(String what, Path file, Path before) throws Exception {
    RocksStorage storage;
    try {
      storage = image.open();
    } catch (StorageOpenException refusal) {
      assertThat(refusal)
          .as("%s %s", file, what)
          .hasMessageContaining(image.directory().toString())
          .hasMessageMatching("(?s).*\\. [A-Z].*\\.");
      return 0;
    }
    int damaged;
    try {
      damaged = image.expectAll(storage).size();
    } catch (AssertionError lost) {
      throw new AssertionError(file + " " + what + ": " + lost.getMessage(), lost);
    } finally {
      storage.close();
    }
    restore(before);
    return damaged;
  }
}
