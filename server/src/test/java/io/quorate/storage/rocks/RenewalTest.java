package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.Range;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A byte is flipped in a table file: its partitions can be dropped, all others lose nothing. */
@Tag("patient")
final class RenewalTest {
  private static final int PARTITIONS = 40;
  private static final int KEYS = 50;

  /** So small that a few thousand writes make several files, and a compaction of them. */
  private static final RocksSettings SMALL =
      new RocksSettings(RocksSettings.DEFAULT.durability(), 0, 1 << 20, 128 << 10, 1 << 20, 2, 2);

  @TempDir private Path parent;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();
  private final BlockingQueue<Integer> reported = new LinkedBlockingQueue<>();
  private final BlockingQueue<StoreHealth> healths = new LinkedBlockingQueue<>();

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  @Test
  void partitionsOfADamagedBlockAreDroppedAndAllOthersStay() throws Exception {
    fill();
    damage(tables().getFirst());
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    assertThat(unreadable).isNotEmpty().hasSizeLessThan(4);
    // What is written from now on, until all is written again, is not left behind.
    int other = unreadable.first() == 0 ? PARTITIONS - 1 : 0;
    put(records, other, 7, 1_000);
    remove(records, other, 8);
    drop(records, unreadable);

    expectAllBut(records, unreadable, other);
    unreadable.forEach(partition -> put(records, partition, 5, 5));
    storage.close();
    assertThat(mark()).doesNotExist();
    RocksStorage again = open(RocksSettings.DEFAULT);
    expectAllBut(again.records(lane), unreadable, other);
    assertThat(get(again.records(lane), unreadable.first(), 5).get(60, SECONDS))
        .contains(record(5));
    again.close();
    assertThat(tables()).isNotEmpty();
  }

  /** Until the next start, the files of all other families would become more and more. */
  @Test
  @Tag("prompt")
  void otherFamiliesAreCompactedAgainOnceTheRecordsAreRewritten() throws Exception {
    fill();
    damage(tables().getFirst());
    Files.writeString(mark(), "an earlier start came upon it");
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    drop(records, unreadable(records));
    assertThat(mark()).doesNotExist();
    for (int i = 1; i <= 64; i++) {
      append(storage.raft(lane), i);
    }
    await().untilAsserted(() -> assertThat(storage.levelZeroFiles(Family.RAFT)).isBetween(0, 4));
    storage.close();
  }

  /** They may be what cannot be read: a compaction that came upon it would end all writes. */
  @Test
  void hashTreesBeginAgainAtAStartOverDamage() throws Exception {
    byte[] key = {7};
    Database database = Opening.open(directory(), RocksSettings.DEFAULT);
    database.db().put(database.family(Family.TREES), key, key);
    database.close(true);
    database = Opening.open(directory(), RocksSettings.DEFAULT);
    assertThat(database.db().get(database.family(Family.TREES), key)).isEqualTo(key);
    database.close(true);
    Files.writeString(mark(), "an earlier start came upon it");
    database = Opening.open(directory(), RocksSettings.DEFAULT);
    assertThat(database.db().get(database.family(Family.TREES), key)).isNull();
    database.close(true);
  }

  private void append(RaftStore raft, int index) {
    byte[] payload = new byte[1 << 20];
    new Random(index).nextBytes(payload);
    PutAnswer answer = new PutAnswer();
    List<RaftStore.LogEntry> entry = List.of(new RaftStore.LogEntry(index, 1, payload));
    lane.execute(() -> raft.save(new RaftStore.Change(null, null, true, entry), answer));
    assertThat(answer.join()).isTrue();
  }

  /** Nothing can be read then, of partitions that there are and of all other numbers. */
  @Test
  void partitionsOfAMissingTableFileCanBeDropped() throws Exception {
    fill();
    Files.delete(tables().getFirst());
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    records.onUnreadable(PARTITIONS, reported::add);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    assertThat(unreadable).hasSize(PARTITIONS);
    drop(records, unreadable);
    assertThat(reported).allMatch(partition -> partition < PARTITIONS);
    put(records, 1, 5, 5);
    storage.close();
    assertThat(mark()).doesNotExist();
    RocksStorage again = open(RocksSettings.DEFAULT);
    assertThat(unreadable(again.records(lane))).isEmpty();
    assertThat(get(again.records(lane), 1, 5).get(60, SECONDS)).contains(record(5));
    again.close();
  }

  /** A bad sector: the system says so, and gives no bytes that a checksum could judge. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void partitionsOfATableFileThatTheDeviceDoesNotGiveBackCanBeDropped() throws Exception {
    fill();
    Path table = tables().getFirst();
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    FailingDevice.failReadsOf(table);
    records.onUnreadable(PARTITIONS, reported::add);
    assertThatThrownBy(() -> get(records, 1, 5).get(60, SECONDS))
        .cause()
        .hasMessageStartingWith("CORRUPT: ")
        .hasMessageEndingWith("Input/output error");
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    assertThat(unreadable).hasSize(PARTITIONS);
    assertThat(reported.poll(60, SECONDS)).as("the renewal goes on").isNotNull();
    drop(records, unreadable);
    put(records, 1, 5, 5);
    assertThat(storage.health().isWritable()).isTrue();
    assertThat(get(records, 1, 5).get(60, SECONDS)).contains(record(5));
    storage.close();
    assertThat(mark()).doesNotExist();
  }

  /** It may have been the way to the device that failed: then nothing is lost. */
  @Test
  @Tag("prompt")
  @EnabledOnOs(OS.LINUX)
  void compactionThatTheDeviceGivesNothingBackEndsWritesAndTheNextStartReadsEverythingAgain()
      throws Exception {
    fill();
    Path table = tables().getFirst();
    RocksStorage storage = open(SMALL);
    FailingDevice.failReadsOf(table);
    List<Integer> acknowledged = writeUntilRefused(storage.records(lane));
    storage.close();
    assertThat(mark()).content().contains("Input/output error");

    RocksStorage again = open(SMALL);
    RecordStore healing = again.records(lane);
    await().untilAsserted(() -> assertThat(mark()).doesNotExist());
    assertThat(unreadable(healing)).isEmpty();
    for (int number : acknowledged) {
      assertThat(get(healing, number % PARTITIONS, number).get(60, SECONDS))
          .contains(record(number));
    }
    assertThat(again.health().isWritable()).isTrue();
    again.close();
  }

  /** The readable records of a damaged partition may be the last copies. */
  @Test
  void damagedPartitionThatNobodyDropsIsKept() throws Exception {
    fill();
    damage(tables().getFirst());
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    int readable = readable(records, unreadable.first());
    records.onUnreadable(PARTITIONS, reported::add);
    assertThat(reported.poll(60, SECONDS)).isIn(unreadable);
    assertThat(readable(records, unreadable.first())).isEqualTo(readable);
    put(records, 1, KEYS + 1, 1);
    storage.close();
    assertThat(mark()).exists();

    RocksStorage again = open(RocksSettings.DEFAULT);
    assertThat(readable(again.records(lane), unreadable.first())).isEqualTo(readable);
    assertThat(get(again.records(lane), 1, KEYS + 1).get(60, SECONDS)).contains(record(1));
    drop(again.records(lane), unreadable);
    assertThat(readable(again.records(lane), unreadable.first())).isZero();
    assertThat(get(again.records(lane), 1, KEYS + 1).get(60, SECONDS)).contains(record(1));
    again.close();
  }

  /** RocksDB takes no more writes then: nothing may be acknowledged, and the next start heals. */
  @Test
  void compactionOfADamagedBlockEndsWritesAndTheNextStartHeals() throws Exception {
    fill();
    damage(tables().getFirst());
    RocksStorage storage = open(SMALL);
    RecordStore records = storage.records(lane);
    List<Integer> acknowledged = writeUntilRefused(records);
    assertThat(healths.poll(60, SECONDS).state()).isEqualTo(StoreHealth.State.FAILED);
    assertThatThrownBy(() -> put(records, 0, 1, 1)).hasMessageContaining("FAILED");
    storage.close();
    assertThat(mark()).exists();

    RocksStorage again = open(SMALL);
    RecordStore healing = again.records(lane);
    healing.onUnreadable(PARTITIONS, reported::add);
    int first = reported.poll(60, SECONDS);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(healing));
    assertThat(unreadable).contains(first);
    drop(healing, unreadable);
    for (int number : acknowledged) {
      if (!unreadable.contains(number % PARTITIONS)) {
        assertThat(get(healing, number % PARTITIONS, number).get(60, SECONDS))
            .contains(record(number));
      }
    }
    for (int i = 0; i < 5_000; i++) {
      put(healing, i % PARTITIONS, i, i); // compactions go on
    }
    assertThat(again.health().isWritable()).isTrue();
    again.close();
  }

  /**
   * What was copied before is not all: the copy gets what is written, removed and cleared since.
   */
  @Test
  void whatIsWrittenAndClearedAfterItWasCopiedIsSoInTheCopy() throws Exception {
    fill();
    damage(tables().getFirst());
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    records.onUnreadable(PARTITIONS, reported::add);
    int first = reported.poll(60, SECONDS);
    while (reported.poll(60, SECONDS) != first) {
      // The second time, everything else has been copied.
    }
    List<Integer> others =
        IntStream.range(0, PARTITIONS).filter(each -> !unreadable.contains(each)).boxed().toList();
    clear(records, others.get(0), null);
    clear(records, others.get(1), List.of(1));
    put(records, others.get(0), 3, 3);
    put(records, others.get(2), 7, 1_000);
    remove(records, others.get(2), 8);
    drop(records, unreadable);

    for (int time = 0; time < 2; time++) {
      assertThat(mark()).doesNotExist();
      assertThat(readable(records, others.get(0))).isEqualTo(1);
      assertThat(get(records, others.get(0), 3).get(60, SECONDS)).contains(record(3));
      assertThat(readable(records, others.get(1))).isZero();
      assertThat(get(records, others.get(2), 7).get(60, SECONDS)).contains(record(1_000));
      assertThat(get(records, others.get(2), 8).get(60, SECONDS)).isEmpty();
      storage.close();
      storage = open(RocksSettings.DEFAULT);
      records = storage.records(lane);
    }
    storage.close();
  }

  private void clear(RecordStore records, int partition, @Nullable List<Integer> tenants) {
    PutAnswer answer = new PutAnswer();
    lane.execute(
        () -> {
          if (tenants == null) {
            records.clear(partition, answer);
          } else {
            records.clear(partition, tenants, answer);
          }
        });
    assertThat(answer.join()).isTrue();
  }

  @Test
  void crashWhileAllIsRewrittenLosesNothing() throws Exception {
    fill();
    damage(tables().getFirst());
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    TreeSet<Integer> unreadable = new TreeSet<>(unreadable(records));
    records.onUnreadable(PARTITIONS, reported::add);
    assertThat(reported.poll(60, SECONDS)).isNotNull(); // some of it is copied
    put(records, 3, KEYS + 2, 2);
    copyAsAKilledProcessLeavesIt();
    storage.close();
    Files.move(directory(), parent.resolve("closed"));
    Files.move(parent.resolve("copy"), directory());

    RocksStorage again = open(RocksSettings.DEFAULT);
    assertThat(get(again.records(lane), 3, KEYS + 2).get(60, SECONDS)).contains(record(2));
    assertThat(unreadable(again.records(lane))).isEqualTo(unreadable);
    drop(again.records(lane), unreadable);
    assertThat(unreadable(again.records(lane))).isEmpty();
    again.close();
  }

  private void copyAsAKilledProcessLeavesIt() throws IOException {
    Path copy = parent.resolve("copy");
    try (Stream<Path> files = Files.walk(directory())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(directory().relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
  }

  private List<Integer> writeUntilRefused(RecordStore records) throws Exception {
    List<Integer> acknowledged = new ArrayList<>();
    for (int i = 10_000; i < 200_000; i++) {
      PutAnswer answer = new PutAnswer();
      int number = i;
      lane.execute(() -> records.put(number % PARTITIONS, key(number), record(number), answer));
      try {
        answer.get(60, SECONDS);
        acknowledged.add(i);
      } catch (ExecutionException refused) {
        return acknowledged;
      }
    }
    throw new AssertionError("no compaction came upon the damage");
  }

  /** Every record as it was, but for what the test changed in partition {@code other}. */
  private void expectAllBut(RecordStore records, Set<Integer> dropped, int other) throws Exception {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int i = 10; i < KEYS; i++) {
        var found = get(records, partition, i).get(60, SECONDS);
        if (dropped.contains(partition)) {
          assertThat(found).as("%d in %d", i, partition).isEmpty();
        } else {
          assertThat(found).as("%d in %d", i, partition).contains(record(i));
        }
      }
    }
    assertThat(get(records, other, 7).get(60, SECONDS)).contains(record(1_000));
    assertThat(get(records, other, 8).get(60, SECONDS)).isEmpty();
  }

  private Set<Integer> unreadable(RecordStore records) throws Exception {
    TreeSet<Integer> unreadable = new TreeSet<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      ScanAnswer page = new ScanAnswer();
      Range all = new Range(partition, 1, new byte[0], new byte[0], 1 << 20, 1 << 30);
      lane.execute(() -> records.scan(all, page));
      try {
        page.get(60, SECONDS);
      } catch (ExecutionException failure) {
        assertThat(failure.getCause()).hasMessageStartingWith("CORRUPT: ");
        unreadable.add(partition);
      }
    }
    return unreadable;
  }

  private int readable(RecordStore records, int partition) throws Exception {
    int readable = 0;
    for (int i = 0; i < KEYS; i++) {
      try {
        readable += get(records, partition, i).get(60, SECONDS).isPresent() ? 1 : 0;
      } catch (ExecutionException failure) {
        assertThat(failure.getCause()).hasMessageStartingWith("CORRUPT: ");
      }
    }
    return readable;
  }

  private void drop(RecordStore records, Set<Integer> partitions) throws Exception {
    List<PutAnswer> answers = new ArrayList<>();
    for (int partition : partitions) {
      PutAnswer answer = new PutAnswer();
      answers.add(answer);
      lane.execute(() -> records.drop(partition, answer));
    }
    for (PutAnswer answer : answers) {
      assertThat(answer.get(60, SECONDS)).isTrue();
    }
  }

  private Path directory() {
    return parent.resolve("data");
  }

  private Path mark() {
    return directory().resolve("unreadable");
  }

  private List<Path> tables() throws IOException {
    try (Stream<Path> files = Files.list(directory().resolve("db"))) {
      return files
          .filter(file -> file.toString().endsWith(".sst"))
          .sorted(Comparator.comparingLong((Path file) -> file.toFile().length()).reversed())
          .toList();
    }
  }

  /** Changes one byte in the blocks of records. */
  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length * 2 / 5] ^= 1;
    Files.write(file, bytes);
  }

  private RocksStorage open(RocksSettings settings) {
    return RocksStorage.open(
        directory(),
        settings,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        healths::add);
  }

  /** Leaves a closed directory with the records of all partitions in one table file. */
  private void fill() throws Exception {
    RocksStorage storage = open(RocksSettings.DEFAULT);
    RecordStore records = storage.records(lane);
    List<CompletableFuture<Boolean>> answers = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int at = partition;
      PutAnswer last = new PutAnswer();
      answers.add(last);
      lane.execute(
          () -> {
            for (int i = 0; i < KEYS - 1; i++) {
              records.put(at, key(i), record(i), new PutAnswer());
            }
            records.put(at, key(KEYS - 1), record(KEYS - 1), last);
          });
    }
    for (CompletableFuture<Boolean> answer : answers) {
      answer.get(60, SECONDS);
    }
    storage.close();
  }

  private void put(RecordStore records, int partition, int number, int content) {
    PutAnswer answer = new PutAnswer();
    lane.execute(() -> records.put(partition, key(number), record(content), answer));
    assertThat(answer.join()).isTrue();
  }

  private void remove(RecordStore records, int partition, int number) {
    PutAnswer answer = new PutAnswer();
    lane.execute(() -> records.remove(partition, key(number), answer));
    assertThat(answer.join()).isTrue();
  }

  private GetAnswer get(RecordStore records, int partition, int number) {
    GetAnswer answer = new GetAnswer();
    lane.execute(() -> records.get(partition, key(number), answer));
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
