package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Durability;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.database.Tuning;
import io.quorate.storage.rocks.files.LogFile;
import io.quorate.storage.rocks.files.Manifest;
import io.quorate.storage.rocks.files.SyncedMark;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * A data directory as a node leaves it that was stopped in order, killed, and killed again, with
 * all that was acknowledged in it: an identity, a Raft log, and records of which some were
 * overwritten. Memory is short, so that there are many table files, and more than one log.
 */
final class DirectoryImage {
  static final int PARTITIONS = 4;
  private static final int KEYS = 150;
  private static final int VALUE_BYTES = 1500;
  private static final int LIVES_MAX = 30;

  private static final RocksSettings SETTINGS =
      new RocksSettings(new Durability.Synced(), 0, 1 << 20, 64 << 10, 64 << 20, 1, 2);

  private final Path directory;
  private final Lane lane;

  /** The version of each key that was acknowledged last. */
  private final int[] versions = new int[KEYS];

  private long raftIndex;
  private int boot;

  private DirectoryImage(Path directory, Lane lane) {
    this.directory = directory;
    this.lane = lane;
  }

  /** Makes one in a directory that does not exist yet. */
  static DirectoryImage make(Path directory, Lane lane) throws Exception {
    DirectoryImage image = new DirectoryImage(directory, lane);
    Random random = new Random(7);
    image.live(random, 200).close();
    for (int life = 0; life < 2 || (life < LIVES_MAX && !image.isManySided()); life++) {
      RocksStorage storage = image.live(random, 300);
      Path killed = directory.resolveSibling(directory.getFileName() + "." + life);
      copyAsOfOneMoment(directory, killed);
      storage.close();
      delete(directory);
      Files.move(killed, directory);
    }
    return image;
  }

  /**
   * Whether there are more than three table files, and more than one log with several writes in the
   * last, and all of the manifest is remembered as synced: chance has its say.
   */
  private boolean isManySided() throws IOException {
    List<Path> logs = files(".log");
    if (files(".sst").size() < 4
        || logs.size() < 2
        || rememberedManifestBytes() < Files.size(files("MANIFEST-").getLast())) {
      return false;
    }
    String name = logs.getLast().getFileName().toString();
    int records = 0;
    try (LogFile log =
        new LogFile(logs.getLast(), Long.parseLong(name.substring(0, name.indexOf('.'))), 12)) {
      while (log.next()) {
        records++;
      }
    }
    return records > 2;
  }

  /**
   * How much of its manifest is remembered as synced. A flush that ended when the process was
   * killed may not be; nothing is lost with it, for its log is still there.
   */
  long rememberedManifestBytes() throws IOException {
    return Objects.requireNonNull(SyncedMark.find(directory)).state().manifestBytes();
  }

  Path directory() {
    return directory;
  }

  Path file(String name) {
    return directory.resolve("db").resolve(name);
  }

  List<Path> files(String part) throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      return files.filter(file -> file.getFileName().toString().contains(part)).sorted().toList();
    }
  }

  RocksStorage open() {
    return open(directory);
  }

  /** What RocksDB does by itself, given the family of the records. */
  interface Meanwhile {
    void with(RocksDB db, ColumnFamilyHandle records) throws RocksDBException;
  }

  /** Has RocksDB open the database, and leaves everything else as it is, as if killed then. */
  void openDatabaseOnly(Meanwhile meanwhile) throws Exception {
    Tuning tuning = new Tuning(SETTINGS, false);
    List<ColumnFamilyDescriptor> families = new ArrayList<>();
    for (String name : Manifest.read(files("MANIFEST-").getLast()).families()) {
      families.add(new ColumnFamilyDescriptor(name.getBytes(UTF_8), tuning.family(name)));
    }
    List<ColumnFamilyHandle> handles = new ArrayList<>();
    try (RocksDB db =
        RocksDB.open(
            tuning.database(false, false), directory.resolve("db").toString(), families, handles)) {
      for (ColumnFamilyHandle handle : handles) {
        if (RecordFamily.isOne(new String(handle.getName(), UTF_8))) {
          meanwhile.with(db, handle);
        }
      }
      handles.forEach(ColumnFamilyHandle::close);
    }
    tuning.close();
  }

  static RocksStorage open(Path directory) {
    return RocksStorage.open(
        directory,
        SETTINGS,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  private RocksStorage live(Random random, int writes) throws Exception {
    RocksStorage storage = open();
    boot++;
    storage.identity().save(new Identity(new NodeId(5), boot, new ClusterId(9)));
    RecordStore records = storage.records(lane);
    RaftStore raft = storage.raft(lane);
    for (int i = 0; i < writes; i += 10) {
      PutAnswer last = new PutAnswer();
      lane.execute(
          () -> {
            for (int j = 0; j < 10; j++) {
              int number = random.nextInt(KEYS);
              versions[number]++;
              records.put(
                  number % PARTITIONS,
                  key(number),
                  record(number, versions[number]),
                  j == 9 ? last : new PutAnswer());
            }
          });
      last.get(60, SECONDS);
      PutAnswer saved = new PutAnswer();
      raftIndex++;
      LogEntry entry = new LogEntry(raftIndex, 1, new byte[50]);
      lane.execute(
          () ->
              raft.save(
                  new Change(new HardState(raftIndex, 7), null, true, List.of(entry)), saved));
      saved.get(60, SECONDS);
    }
    return storage;
  }

  /**
   * Demands that all is there that was acknowledged.
   *
   * @return partitions that are visibly damaged
   */
  Set<Integer> expectAll(RocksStorage storage) throws Exception {
    assertThat(storage.identity().load())
        .isEqualTo(new Identity(new NodeId(5), boot, new ClusterId(9)));
    RaftStore.Image image = storage.raft(lane).load();
    assertThat(image.hardState()).isEqualTo(new HardState(raftIndex, 7));
    assertThat(image.entries()).hasSize((int) raftIndex);
    TreeSet<Integer> damaged = new TreeSet<>();
    RecordStore records = storage.records(lane);
    List<GetAnswer> answers = new ArrayList<>();
    for (int number = 0; number < KEYS; number++) {
      GetAnswer answer = new GetAnswer();
      int asked = number;
      lane.execute(() -> records.get(asked % PARTITIONS, key(asked), answer));
      answers.add(answer);
    }
    for (int number = 0; number < KEYS; number++) {
      try {
        assertThat(answers.get(number).get(60, SECONDS))
            .as("key %d", number)
            .isEqualTo(
                versions[number] == 0
                    ? Optional.empty()
                    : Optional.of(record(number, versions[number])));
      } catch (ExecutionException failure) {
        assertThat(failure.getCause()).hasMessageStartingWith("CORRUPT: ");
        damaged.add(number % PARTITIONS);
      }
    }
    return damaged;
  }

  /** Copies until nothing was compacted meanwhile: as a process leaves it that is killed then. */
  private static void copyAsOfOneMoment(Path from, Path to) throws IOException {
    while (true) {
      try {
        List<String> before = listing(from);
        copy(from, to);
        if (listing(from).equals(before)) {
          return;
        }
      } catch (NoSuchFileException | UncheckedIOException compactedAway) {
        // once more
      }
      if (Files.exists(to)) {
        delete(to);
      }
    }
  }

  private static List<String> listing(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted().toList()) {
        names.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return names;
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Key key(int number) {
    return new Key(1, "key %06d".formatted(number).getBytes(UTF_8));
  }

  private static Record record(int number, int version) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(number * 1000L + version).nextBytes(value);
    return Record.value(new Version(0, version, new NodeId(1), 1), 1, 0, value);
  }
}
