package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.model.KeyRange;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.LookAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.HintStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.HintsCheck;
import io.quorate.storage.rocks.database.NoteMarks;
import io.quorate.storage.rocks.database.NotesCheck;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.ProcessUser;
import io.quorate.storage.rocks.format.HintKey;
import io.quorate.storage.rocks.format.RaftKey;
import io.quorate.storage.rocks.format.RaftValue;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.RocksDBException;

/** What is said about a directory that cannot be used, and about one in which a file is damaged. */
@Tag("patient")
final class DamagedDirectoryTest {
  private static final int KEYS = 2000;

  @TempDir private Path parent;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  @Test
  void directoryInUseIsRefused() {
    RocksStorage first = open();
    expectRefusal("is in use by this process");
    first.close();
    open().close();
  }

  @Test
  void directoryThatIsAFileIsRefused() throws IOException {
    Files.writeString(directory(), "not a directory");
    expectRefusal("cannot be created or entered");
    expectRefusal("runs as user %s: set node.data_dir".formatted(ProcessUser.name()));
  }

  /** Only what is denied is a matter of who owns it; a device that fails is another. */
  @Test
  void aFileOfKeysThatTheDeviceDoesNotGiveIsNoMatterOfUsers() throws Exception {
    fill();
    Files.createDirectory(directory().resolve("keys"));
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("the file of keys in data directory " + directory())
        .hasMessageContaining("Check the device (dmesg)")
        .message()
        .doesNotContain("user");
  }

  @Test
  void lostCurrentFileDoesNotMakeAFreshDirectory() throws Exception {
    fill();
    Files.delete(file("CURRENT"));
    expectRefusal("CURRENT is missing");
    assertThat(anyFile("MANIFEST-")).exists();
    assertThat(anyFile(".sst")).exists();
  }

  @Test
  void damagedCurrentFileIsRefused() throws Exception {
    fill();
    Files.writeString(file("CURRENT"), "garbage");
    expectRefusal("CURRENT");
  }

  @Test
  void damagedManifestIsRefused() throws Exception {
    fill();
    damage(anyFile("MANIFEST-"), 0.1);
    expectRefusal("is damaged or was cut: it can be read up to byte ");
  }

  /** RocksDB takes the damage for the end of the log, and opens with what is before. */
  @Test
  void logDamagedInItsMiddleIsRefusedAndNotTakenForItsEnd() throws Exception {
    leaveAllInTheLog();
    damage(anyFile(".log"), 0.5);
    expectRefusal("has lost writes that were acknowledged");
    expectRefusal("has lost writes that were acknowledged"); // nor after a second read
  }

  @Test
  void tornEndOfTheLogIsNoDamage() throws Exception {
    leaveAllInTheLog();
    Path log = anyFile(".log");
    byte[] torn = new byte[100];
    new Random(1).nextBytes(torn);
    Files.write(log, torn, StandardOpenOption.APPEND);
    RocksStorage storage = open();
    assertThat(get(storage.records(lane), KEYS - 1).get(60, SECONDS)).isPresent();
    storage.close();
  }

  @Test
  void damagedMarkIsNotBelieved() throws Exception {
    leaveAllInTheLog();
    damage(directory().resolve("synced"), 0);
    open().close();
    damage(directory().resolve("synced.copy"), 0);
    open().close();
    damage(directory().resolve("synced"), 0);
    damage(directory().resolve("synced.copy"), 0);
    expectRefusal("are damaged: without them nothing shows");
  }

  /** The lost file may have held any record: no record of its range is taken for absent. */
  @Test
  void missingTableFileOfRecordsIsAFaultForThem() throws Exception {
    fill();
    Files.delete(largestTable());
    RocksStorage storage = open();
    GetAnswer answer = get(storage.records(lane), 5);
    assertThatThrownBy(() -> answer.get(60, SECONDS))
        .cause()
        .hasMessageStartingWith("CORRUPT: reading the record of 1/");
    storage.close();
  }

  @Test
  void missingTableFileOfTheIdentityIsRefusedByName() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    new RocksIdentityStore(database).save(new Identity(new NodeId(1), 1, null));
    database.close(true);
    Path table = table(Family.META);
    Files.delete(table);
    expectRefusal("table file " + table + ", which holds who this node is");
  }

  @Test
  void recordsWithoutAnIdentityAreNotThoseOfANewNode() throws Exception {
    RocksStorage fresh = open();
    assertThat(fresh.identity().load()).isNull();
    fresh.close();
    fill();
    RocksStorage storage = open();
    assertThatThrownBy(() -> storage.identity().load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("the identity of the node in " + directory() + " is lost");
    storage.close();
  }

  @Test
  void directoryWithSomethingElseInItIsRefused() throws IOException {
    Files.createDirectories(directory());
    Files.writeString(directory().resolve("letters.txt"), "dear");
    expectRefusal("is not empty, and holds no data of a node but 'letters.txt'");
  }

  /** A mount point has the one, and the volume of a container the other. */
  @Test
  void lostAndFoundAndTheCacheOfTheLauncherAreNothing() throws IOException {
    Files.createDirectories(directory().resolve("lost+found"));
    Files.writeString(
        Files.createDirectories(directory().resolve(".cache/quorate")).resolve("1.jsa"), "classes");
    open().close();
  }

  @Test
  void noOtherUserMayReadWhatIsCreated() throws IOException {
    open().close();
    assertThat(Files.getPosixFilePermissions(directory()))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    assertThat(RocksStorage.isReadableByOthers(directory())).isFalse();
    for (Path each : List.of(directory(), directory().resolve("db"))) {
      Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    assertThat(RocksStorage.isReadableByOthers(directory())).isTrue();
    assertThat(directory().resolve("native")).doesNotExist();
  }

  @Test
  void lostFamilyIsRefusedByName() throws Exception {
    fill();
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.drop(database.family(Family.HINTS));
    database.close(true);
    expectRefusal("has lost its hints: the database does not know the family 'hints'");
  }

  @Test
  void lostNotesAreRefusedByName() throws Exception {
    fill();
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.drop(database.family(Family.NOTES));
    database.close(true);
    expectRefusal("has lost its notes: the database does not know the family 'notes'");
  }

  private static Version noted(int number) {
    return new Version(0, 1_000_000 + number, new NodeId(number), 1);
  }

  /** Notes versions in partition 3, which has a ceiling above them, as partition 4 has. */
  private void noteMany() throws Exception {
    RocksStorage storage = open();
    NoteStore notes = storage.notes(lane);
    PutAnswer last = new PutAnswer();
    lane.execute(
        () -> {
          notes.setCeiling(3, 9_000_000, new PutAnswer());
          notes.setCeiling(4, 7_000_000, new PutAnswer());
          notes.setFloor(4, 8_000_000, new PutAnswer());
          for (int i = 0; i < KEYS; i++) {
            notes.note(3, noted(i), i == KEYS - 1 ? last : new PutAnswer());
          }
        });
    last.get(60, SECONDS);
    storage.close();
  }

  private boolean isNoted(RocksStorage storage, int number) throws Exception {
    LookAnswer answer = new LookAnswer();
    lane.execute(() -> storage.notes(lane).look(3, noted(number), answer));
    return answer.get(60, SECONDS);
  }

  /** What is not known any more is not taken for unheard of. */
  private void expectAllNotesForgotten() throws Exception {
    open().close(); // and once more, for nothing may be lost between the two
    RocksStorage storage = open();
    assertThat(isNoted(storage, 5)).isFalse();
    assertThat(storage.notes(lane).load())
        .containsExactly(
            Map.entry(3, new NoteStore.Marks(9_000_000, 9_000_000)),
            Map.entry(4, new NoteStore.Marks(8_000_000, 7_000_000)));
    assertThat(get(storage.records(lane), 7).get(60, SECONDS)).contains(record(7));
    PutAnswer again = new PutAnswer();
    lane.execute(() -> storage.notes(lane).note(3, noted(5), again));
    again.get(60, SECONDS);
    storage.close();
    RocksStorage next = open();
    assertThat(isNoted(next, 5)).isTrue();
    next.close();
  }

  @Test
  void damagedNotesAreForgotten() throws Exception {
    fill();
    noteMany();
    damage(table(Family.NOTES), 0.4);
    expectAllNotesForgotten();
  }

  @Test
  void missingTableFileOfNotesIsForgotten() throws Exception {
    fill();
    noteMany();
    Files.delete(table(Family.NOTES));
    expectAllNotesForgotten();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void notesThatTheDeviceDoesNotGiveBackAreForgotten() throws Exception {
    fill();
    noteMany();
    Path table = table(Family.NOTES);
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    FailingDevice.failReadsOf(table);
    NotesCheck.run(database);
    database.close(true);
    expectAllNotesForgotten();
  }

  @Test
  void notesOfAnUnknownShapeAreForgotten() throws Exception {
    fill();
    noteMany();
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.db().put(database.family(Family.NOTES), new byte[] {7}, new byte[0]);
    database.close(true);
    expectAllNotesForgotten();
  }

  @Test
  void marksOfNotesOfAnUnknownShapeAreRefused() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.meta(NoteMarks.floor(3), new byte[3]);
    database.close(true);
    RocksStorage storage = open();
    assertThatThrownBy(() -> storage.notes(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("a mark of notes has 3 bytes")
        .hasMessageContaining("quorate cluster readmit");
    storage.close();
  }

  /** What came since would be taken for what lay there before. */
  @Test
  void epochsOfArrivalsOfAnUnknownShapeAreRefused() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.meta("arrival/\0\0\0\7".getBytes(UTF_8), new byte[3]);
    database.close(true);
    expectArrivalsRefused("one has 3 bytes");
  }

  @Test
  void damagedEpochsOfArrivalsAreRefused() throws Exception {
    RocksStorage storage = open();
    ArrivalStore arrivals = storage.arrivals(lane);
    Random epochs = new Random(1);
    PutAnswer last = new PutAnswer();
    lane.execute(
        () -> {
          for (int partition = 0; partition < 4_096; partition++) {
            arrivals.save(
                partition, epochs.nextLong(), partition == 4_095 ? last : new PutAnswer());
          }
        });
    last.get(60, SECONDS);
    assertThat(arrivals.load()).hasSize(4_096);
    storage.close();
    damage(table(Family.META), 0.3);
    expectArrivalsRefused("checksum");
  }

  /** Another mark in its place could make others believe that nothing is missing. */
  @Test
  void aMarkOfTheDiskOfAnUnknownShapeIsRefused() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.meta("disk-mark".getBytes(UTF_8), new byte[8]);
    database.close(true);
    RocksStorage damaged = open();
    assertThatThrownBy(() -> damaged.diskMark(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("the mark of the disk cannot be read in")
        .hasMessageContaining("it has 8 bytes");
    damaged.close();
  }

  private void expectArrivalsRefused(String why) {
    RocksStorage storage = open();
    assertThatThrownBy(() -> storage.arrivals(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining(why)
        .hasMessageContaining("quorate cluster readmit");
    storage.close();
  }

  @Test
  void newerFormatIsRefused() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.format(4);
    database.close(true);
    expectRefusal("was written by a newer version of Quorate (format 4, this one knows 3)");
  }

  @Test
  void familiesOfANewerVersionDoNoHarm() throws Exception {
    fill();
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    try (ColumnFamilyOptions options = new ColumnFamilyOptions()) {
      database
          .db()
          .createColumnFamily(new ColumnFamilyDescriptor("of-a-newer-one".getBytes(UTF_8), options))
          .close();
    }
    database.close(true);
    RocksStorage storage = open();
    assertThat(get(storage.records(lane), 5).get(60, SECONDS)).contains(record(5));
    storage.close();
  }

  @Test
  void gapInTheRaftLogIsRefused() throws Exception {
    RocksStorage storage = open();
    PutAnswer saved = new PutAnswer();
    List<LogEntry> entries =
        IntStream.rangeClosed(1, 5).mapToObj(i -> new LogEntry(i, 1, new byte[0])).toList();
    lane.execute(() -> storage.raft(lane).save(new Change(null, null, true, entries), saved));
    saved.get(60, SECONDS);
    storage.close();

    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.db().delete(database.family(Family.RAFT), RaftKey.METADATA.entry(3));
    database.close(true);
    RocksStorage damaged = open();
    assertThatThrownBy(() -> damaged.raft(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("entry 4 of the log follows 2")
        .hasMessageContaining(directory().toString());
    damaged.close();
  }

  @Test
  void damagedBlockIsAFaultForItsRecordsAndNotForOthers() throws Exception {
    fill();
    damage(largestTable(), 0.5);
    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    int corrupt = 0;
    int fine = 0;
    for (int i = 0; i < KEYS; i++) {
      try {
        assertThat(get(records, i).get(60, SECONDS)).contains(record(i));
        fine++;
      } catch (ExecutionException failure) {
        assertThat(failure.getCause()).hasMessageStartingWith("CORRUPT: reading the record of 1/");
        corrupt++;
      }
    }
    assertThat(corrupt).isBetween(1, KEYS / 10);
    assertThat(fine).isEqualTo(KEYS - corrupt);

    ScanAnswer page = new ScanAnswer();
    Range all = new Range(0, 1, new byte[0], new byte[0], KEYS, 1 << 30);
    lane.execute(() -> records.scan(all, page));
    assertThatThrownBy(() -> page.get(60, SECONDS)).cause().hasMessageStartingWith("CORRUPT: ");
    storage.close();
  }

  /** Else a page in reverse would cost as much as the partition before it. */
  @Test
  void pageReadsNoMoreThanItHasFromEitherEnd() throws Exception {
    fill();
    damage(largestTable(), 0.5);
    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    for (boolean reverse : new boolean[] {false, true}) {
      KeyRange all = new KeyRange(new byte[0], new byte[0], new byte[0], reverse);
      ScanAnswer page = new ScanAnswer();
      Range ten = new Range(0, 1, all, new byte[0], 10, 1 << 30);
      lane.execute(() -> records.scan(ten, page));
      assertThat(page.get(60, SECONDS).entries()).hasSize(10);
    }
    storage.close();
  }

  @Test
  void damagedHintsAreNotedUntilTheyAreMarkedAndTheRestIsServed() throws Exception {
    fillWithHints();
    damage(table(Family.HINTS), 0.4);
    expectHintsLost();
  }

  /** A bad sector where they lie. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void hintsThatTheDeviceDoesNotGiveBackAreDamagedOnes() throws Exception {
    fillWithHints();
    Path table = table(Family.HINTS);
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    FailingDevice.failReadsOf(table);
    HintsCheck.run(database);
    database.close(true);
    expectHintsLost();
  }

  private void fillWithHints() throws Exception {
    fill();
    RocksStorage storage = open();
    HintStore hints = storage.hints(lane);
    PutAnswer last = new PutAnswer();
    lane.execute(
        () -> {
          for (int i = 0; i < KEYS; i++) {
            hints.add(hint(i), i == KEYS - 1 ? last : new PutAnswer());
          }
        });
    last.get(60, SECONDS);
    assertThat(hints.load()).extracting(HintStore.Contents::lost).isEqualTo(false);
    storage.close();
  }

  private void expectHintsLost() throws Exception {
    open().close(); // and dies before it marks any partition
    RocksStorage damaged = open();
    HintStore left = damaged.hints(lane);
    HintStore.Contents contents = left.load();
    assertThat(contents.lost()).isTrue();
    assertThat(contents.owed()).isEmpty();
    assertThat(get(damaged.records(lane), 7).get(60, SECONDS)).contains(record(7));
    PutAnswer marked = new PutAnswer();
    lane.execute(
        () -> {
          left.markRepair(new NodeId(2), 3, HintStore.Lack.POSSIBLE, new PutAnswer());
          left.lossMarked(marked);
        });
    marked.get(60, SECONDS);
    damaged.close();

    RocksStorage again = open();
    HintStore.Contents now = again.hints(lane).load();
    assertThat(now.lost()).isFalse();
    assertThat(now.owed().get(new NodeId(2)))
        .extracting(HintStore.Owed::repairs)
        .isEqualTo(new TreeMap<>(Map.of(3, HintStore.Lack.POSSIBLE)));
    again.close();
  }

  /** Damage by a software bug: the checksums are right. */
  @Test
  void hintsAndLettersOfAnUnknownShapeAreTakenForDamagedOnes() throws Exception {
    for (Family family : List.of(Family.HINTS, Family.DEAD_LETTERS)) {
      Database database = Opening.open(directory(), RocksSettings.DEFAULT);
      database.db().put(database.family(family), new byte[] {HintKey.HINT, 7}, new byte[3]);
      database.close(true);
      RocksStorage storage = open();
      HintStore.Contents contents = storage.hints(lane).load();
      assertThat(contents.lost()).isTrue();
      assertThat(contents.owed()).isEmpty();
      PutAnswer marked = new PutAnswer();
      lane.execute(() -> storage.hints(lane).lossMarked(marked));
      marked.get(60, SECONDS);
      storage.close();
    }
  }

  @Test
  void raftStateOfAnUnknownShapeIsRefusedAndSaysWhatToDo() throws Exception {
    expectRaftRefusal(RaftKey.METADATA.hardState(), new byte[3], "its term and vote have 3 bytes");
    expectRaftRefusal(
        RaftKey.METADATA.hardState(), new byte[17], "its term and vote have 17 bytes");
    expectRaftRefusal(
        RaftKey.METADATA.snapshot(), new byte[3], "the head of its snapshot has 3 bytes");
    byte[] head = RaftValue.of(new RaftValue.Head(5, 1, -1));
    expectRaftRefusal(RaftKey.METADATA.snapshot(), head, "a payload of -1 bytes");
    head = RaftValue.of(new RaftValue.Head(5, 1, Integer.MAX_VALUE));
    expectRaftRefusal(RaftKey.METADATA.snapshot(), head, "snapshot at index 5 is incomplete");
    expectRaftRefusal(RaftKey.METADATA.entry(1), new byte[7], "entry 1 of the log has 7 bytes");
  }

  private void expectRaftRefusal(byte[] key, byte[] value, String words) throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.db().put(database.family(Family.RAFT), key, value);
    database.close(true);
    RocksStorage damaged = open();
    assertThatThrownBy(() -> damaged.raft(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining(words)
        .hasMessageContaining("quorate cluster readmit");
    damaged.close();
    database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.db().delete(database.family(Family.RAFT), key);
    database.close(true);
  }

  @Test
  void formatOfAnUnknownShapeIsRefused() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.meta("format".getBytes(UTF_8), new byte[3]);
    database.close(true);
    expectRefusal("says its format in 3 bytes, which this version does not know");
  }

  private static HintStore.Kept hint(int number) {
    return new HintStore.Kept(
        new HintStore.Hint(new NodeId(2), number % 4, key(number)),
        new HintStore.Missed(1, number));
  }

  @Test
  void damagedRaftLogIsRefusedAndSaysWhatToDo() throws Exception {
    RocksStorage storage = open();
    PutAnswer saved = new PutAnswer();
    byte[] payload = new byte[1000];
    new Random(1).nextBytes(payload);
    List<LogEntry> entries =
        IntStream.rangeClosed(1, 50).mapToObj(i -> new LogEntry(i, 1, payload)).toList();
    lane.execute(() -> storage.raft(lane).save(new Change(null, null, true, entries), saved));
    saved.get(60, SECONDS);
    storage.close();
    damage(table(Family.RAFT), 0.4);

    RocksStorage damaged = open();
    assertThatThrownBy(() -> damaged.raft(lane).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("the Raft state in " + directory())
        .hasMessageContaining("quorate cluster readmit");
    damaged.close();
  }

  @Test
  void damagedIdentityIsRefusedAndSaysWhatToDo() throws Exception {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    new RocksIdentityStore(database).save(new Identity(new NodeId(1), 1, null));
    database.close(true);
    damage(table(Family.META), 0);

    assertThatThrownBy(
            () -> new RocksIdentityStore(Opening.open(directory(), RocksSettings.DEFAULT)).load())
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining(directory().toString())
        .hasMessageContaining("quorate cluster readmit");
  }

  /** The table file of a family. */
  private Path table(Family family) throws RocksDBException {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    Path file =
        database.db().getLiveFilesMetaData().stream()
            .filter(each -> Arrays.equals(each.columnFamilyName(), family.bytes()))
            .map(each -> file(each.fileName().substring(1)))
            .findFirst()
            .orElseThrow();
    database.close(false);
    return file;
  }

  @Test
  void identityOfAnUnknownShapeIsRefused() throws RocksDBException {
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    new RocksIdentityStore(database).save(new Identity(new NodeId(1), 1, null));
    database.meta("identity".getBytes(UTF_8), new byte[3]);
    assertThatThrownBy(new RocksIdentityStore(database)::load)
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining("3 bytes");
    database.close(false);
  }

  private Path directory() {
    return parent.resolve("data");
  }

  private Path file(String name) {
    return directory().resolve("db").resolve(name);
  }

  private Path anyFile(String part) throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("db"))) {
      return files
          .filter(file -> file.getFileName().toString().contains(part))
          .findFirst()
          .orElseThrow();
    }
  }

  private Path largestTable() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("db"))) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .max((a, b) -> Long.compare(a.toFile().length(), b.toFile().length()))
          .orElseThrow();
    }
  }

  /** Changes eight bytes, so far from the beginning of the file as the share says. */
  private static void damage(Path file, double share) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 0; i < 8; i++) {
      bytes[(int) (bytes.length * share) + i] ^= 0x55;
    }
    Files.write(file, bytes);
  }

  private void expectRefusal(String words) {
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageOpenException.class)
        .hasMessageContaining(words)
        .hasMessageContaining(directory().toString())
        .hasMessageMatching("(?s).*\\. [A-Z].*\\."); // and what to do
  }

  private RocksStorage open() {
    return RocksStorage.open(
        directory(),
        RocksSettings.DEFAULT,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  /** Leaves a closed directory with many records in one table file. */
  private void fill() throws Exception {
    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    PutAnswer last = new PutAnswer();
    lane.execute(
        () -> {
          for (int i = 0; i < KEYS - 1; i++) {
            records.put(0, key(i), record(i), new PutAnswer());
          }
          records.put(0, key(KEYS - 1), record(KEYS - 1), last);
        });
    last.get(60, SECONDS);
    storage.close();
  }

  /** Leaves a directory as a killed process does: every write synced to the log, and no table. */
  private void leaveAllInTheLog() throws Exception {
    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    for (int i = 0; i < KEYS; i += 50) {
      int from = i;
      PutAnswer last = new PutAnswer();
      lane.execute(
          () -> {
            for (int j = from; j < from + 49; j++) {
              records.put(0, key(j), record(j), new PutAnswer());
            }
            records.put(0, key(from + 49), record(from + 49), last);
          });
      last.get(60, SECONDS);
    }
    Path copy = parent.resolve("copy");
    Files.createDirectories(copy.resolve("db"));
    try (Stream<Path> files = Files.walk(directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(directory().relativize(file)));
      }
    }
    storage.close();
    Files.move(directory(), parent.resolve("closed"));
    Files.move(copy, directory());
  }

  private GetAnswer get(RecordStore records, int number) {
    GetAnswer answer = new GetAnswer();
    lane.execute(() -> records.get(0, key(number), answer));
    return answer;
  }

  private static Key key(int number) {
    return new Key(1, "key %06d".formatted(number).getBytes(UTF_8));
  }

  private static Record record(int number) {
    byte[] value = new byte[200];
    new Random(number).nextBytes(value);
    return Record.value(new Version(0, number, new NodeId(1), 1), 1, 0, value);
  }
}
