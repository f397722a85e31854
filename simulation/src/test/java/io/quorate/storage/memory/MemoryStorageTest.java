package io.quorate.storage.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Randomness;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Answers.ScanAnswer;
import io.quorate.storage.HistoryContract;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RecordStore.Entry;
import io.quorate.storage.RecordStore.Image;
import io.quorate.storage.RecordStore.Page;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.StoreHealth;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract on a disk in memory, and what a crash and its faults do. */
final class MemoryStorageTest extends HistoryContract {
  private final VirtualLane lane = new VirtualLane();
  private final MemoryDisk disk = new MemoryDisk(DiskSpeed.FLASH);
  private final List<StoreHealth.State> states = new ArrayList<>();
  private Randomness chance = seeded(1);

  @Override
  protected Storage open() {
    return disk.mount(lane, chance, listener, health -> states.add(health.state()));
  }

  @Override
  protected Lane lane() {
    return lane;
  }

  @Override
  protected void onLane(Runnable turn) {
    boolean[] ran = new boolean[1];
    lane.execute(
        () -> {
          turn.run();
          ran[0] = true;
        });
    while (!ran[0]) {
      lane.runOne();
    }
  }

  @Override
  protected <T> T await(CompletableFuture<T> answer) {
    while (!answer.isDone()) {
      assertThat(lane.runOne()).as("no task is left, and no answer is there").isTrue();
    }
    return answer.join();
  }

  @Test
  void putIsNotReadBeforeItsSync() {
    put(key("a"), record(1, "old"));
    PutAnswer second = putLater(key("a"), record(2, "new"));
    assertThat(second).isNotDone();
    assertThat(disk.durableRecords(PARTITION).getFirst().record()).isEqualTo(record(1, "old"));
    await(second);
    assertThat(disk.durableRecords(PARTITION).getFirst().record()).isEqualTo(record(2, "new"));
  }

  @Test
  void crashLosesWhatWasNotSyncedAndTellsNobody() {
    put(key("a"), record(1, "old"));
    PutAnswer lost = putLater(key("a"), record(2, "new"));
    GetAnswer unanswered = new GetAnswer();
    disk.speed(DiskSpeed.SLOW);
    ScanAnswer page = new ScanAnswer();
    onLane(() -> records.scan(all(1), page));
    disk.crash();
    onLane(() -> records.get(PARTITION, key("a"), unanswered));
    drain();
    assertThat(lost).isNotDone();
    assertThat(page).isNotDone();
    assertThat(unanswered).isNotDone();
    reopen();
    assertThat(get(key("a"))).contains(record(1, "old"));
  }

  @Test
  void crashKeepsAtMostAPrefixOfWhatWasNotSynced() {
    TreeSet<Integer> kept = new TreeSet<>();
    for (int crash = 0; crash < 100; crash++) {
      MemoryDisk crashing = new MemoryDisk(DiskSpeed.FLASH);
      Storage mounted = crashing.mount(lane, chance, listener, health -> {});
      records = mounted.records(lane);
      onLane(() -> IntStream.range(0, 5).forEach(this::putNumbered));
      crashing.crashKeepingSome(chance);
      List<String> left = keys(new Page(crashing.durableRecords(PARTITION), true));
      assertThat(left).isEqualTo(List.of("k0", "k1", "k2", "k3", "k4").subList(0, left.size()));
      kept.add(left.size());
    }
    assertThat(kept).containsExactly(0, 1, 2, 3, 4, 5);
  }

  /** A record that took the place of another is never there without what is kept of that. */
  @Test
  void aCrashThatLosesAKeptVersionLosesAllThatFollows() {
    TreeSet<String> left = new TreeSet<>();
    for (int crash = 0; crash < 100; crash++) {
      MemoryDisk crashing = new MemoryDisk(DiskSpeed.FLASH);
      records = crashing.mount(lane, chance, listener, health -> {}).records(lane);
      onLane(
          () -> {
            history().keep(PARTITION, key("a"), record(at(1), "1"), at(2), 1000, new PutAnswer());
            records.put(PARTITION, key("a"), record(at(2), "2"), new PutAnswer());
            history().keep(PARTITION, key("a"), record(at(2), "2"), at(3), 1000, new PutAnswer());
            records.put(PARTITION, key("a"), record(at(3), "3"), new PutAnswer());
            history().forget(PLACE, 1000, 7, new PutAnswer());
            history().clear(PLACE, new PutAnswer());
          });
      crashing.crashKeepingSome(chance);
      Record lying = crashing.durable(PARTITION, key("a"));
      left.add(
          "%d kept, %s lies, %d marks"
              .formatted(
                  crashing.durableHistory(PARTITION, TENANT).size(),
                  lying == null ? "none" : new String(lying.copyValue(), UTF_8),
                  crashing.durableHistoryMarks().size()));
    }
    assertThat(left)
        .containsExactlyInAnyOrder(
            "0 kept, none lies, 0 marks",
            "1 kept, none lies, 0 marks",
            "1 kept, 2 lies, 0 marks",
            "2 kept, 2 lies, 0 marks",
            "2 kept, 3 lies, 0 marks",
            "0 kept, 3 lies, 1 marks",
            "0 kept, 3 lies, 0 marks");
  }

  @Test
  void aFailureFailsWhatIsKeptWithAllThatFollows() {
    PutAnswer kept = new PutAnswer();
    PutAnswer stored = new PutAnswer();
    disk.failNextSync();
    onLane(
        () -> {
          history().keep(PARTITION, key("a"), record(at(1), "1"), at(2), 1000, kept);
          records.put(PARTITION, key("a"), record(at(2), "2"), stored);
        });
    assertThat(faultOf(kept).kind()).isEqualTo(StorageFault.Kind.FAILED);
    assertThat(faultOf(stored).kind()).isEqualTo(StorageFault.Kind.FAILED);
    assertThat(disk.durableHistory(PARTITION, TENANT)).isEmpty();
  }

  @Test
  void aHistoryThatIsLostIsLostWithItsMarks() {
    fill();
    storage.close();
    disk.loseHistory();
    storage = open();
    records = storage.records(lane);
    assertThat(history().load()).isEmpty();
    assertThat(asOf(at(15))).containsExactly("a=lies");
  }

  @Test
  void aCorruptRecordIsAFaultOfThePastToo() {
    put(key("a"), record(at(20), "x"));
    keep("b", at(10), at(20), 1000);
    disk.corrupt(PARTITION, key("a"));
    ScanAnswer answer = new ScanAnswer();
    Image image = image();
    onLane(() -> image.scan(all(10), at(15), answer));
    assertThat(faultOf(answer).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    put(key("a"), record(at(30), "y"));
    assertThat(asOf(at(15))).containsExactly("a=y", "b=10");
  }

  @Test
  void fullDiskRefusesWritesAndServesReadsUntilThereIsRoom() {
    put(key("a"), record(1, "old"));
    disk.full(true);
    assertThat(faultOf(putLater(key("a"), record(2, "new"))).kind())
        .isEqualTo(StorageFault.Kind.FULL);
    assertThat(storage.health().state()).isEqualTo(StoreHealth.State.FULL);
    assertThat(get(key("a"))).contains(record(1, "old"));
    disk.full(false);
    put(key("a"), record(3, "newest"));
    assertThat(get(key("a"))).contains(record(3, "newest"));
    assertThat(states).containsExactly(StoreHealth.State.FULL, StoreHealth.State.WRITABLE);
  }

  @Test
  void failedSyncIsNeverAcknowledgedAndEndsWritesUntilARestart() {
    disk.failNextSync();
    PutAnswer first = putLater(key("a"), record(1, "x"));
    assertThat(faultOf(first).kind()).isEqualTo(StorageFault.Kind.FAILED);
    assertThat(faultOf(putLater(key("b"), record(1, "x"))).kind())
        .isEqualTo(StorageFault.Kind.FAILED);
    assertThat(states).containsExactly(StoreHealth.State.FAILED);
    reopen();
    put(key("b"), record(2, "y"));
    assertThat(get(key("b"))).contains(record(2, "y"));
  }

  /** A log that is replayed at the next start brings back the writes that had reached it. */
  @Test
  void whatAFailedSyncBroughtToTheDeviceIsSeenAfterARestartOnly() {
    int found = 0;
    for (int i = 0; i < 20; i++) {
      Key key = key("k" + i);
      disk.failNextSync();
      assertThat(faultOf(putLater(key, record(1, "x"))).kind()).isEqualTo(StorageFault.Kind.FAILED);
      assertThat(get(key)).isEmpty();
      reopen();
      found += get(key).isPresent() ? 1 : 0;
    }
    assertThat(found).isBetween(1, 19);
  }

  @Test
  void mendedDiskGivesBackWhatItHeld() {
    put(key("a"), record(1, "x"));
    disk.corrupt(PARTITION, key("a"));
    disk.mend();
    assertThat(get(key("a"))).contains(record(1, "x"));
  }

  @Test
  void raftStateThatCannotBeReadKeepsANodeFromStarting() {
    disk.makeRaftUnreadable();
    assertThatThrownBy(() -> storage.raft(lane).load()).isInstanceOf(StorageOpenException.class);
    disk.mend();
    assertThat(storage.raft(lane).load().hardState()).isEqualTo(HardState.INITIAL);
  }

  @Test
  void corruptRecordIsAFaultForReadersUntilItIsWrittenOver() {
    put(key("a"), record(1, "x"));
    disk.corrupt(PARTITION, key("a"));
    assertThat(faultOf(getLater(key("a"))).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    ScanAnswer page = new ScanAnswer();
    onLane(() -> records.scan(all(10), page));
    assertThat(faultOf(page).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    put(key("a"), record(2, "y"));
    assertThat(get(key("a"))).contains(record(2, "y"));
  }

  /** What is overwritten is still unreadable in an image of before. */
  @Test
  void corruptRecordIsAFaultInImagesUntilTheDiskIsMended() {
    put(key("a"), record(1, "x"));
    Image healthy = image();
    disk.corrupt(PARTITION, key("a"));
    Image damaged = image();
    for (Image image : List.of(healthy, damaged)) {
      assertThat(faultOf(scanLater(image, all(10))).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    }
    put(key("a"), record(2, "y"));
    assertThat(faultOf(scanLater(damaged, all(10))).kind()).isEqualTo(StorageFault.Kind.CORRUPT);
    assertThat(keys(scan(image(), all(10)))).containsExactly("a");
    disk.mend();
    assertThat(scan(damaged, all(10)).entries())
        .containsExactly(new Entry(key("a"), record(1, "x")));
  }

  @Test
  void imagesOfOneMomentAreOneCopy() {
    put(key("a"), record(1, "x"));
    FixedRecords one = disk.fix();
    assertThat(disk.fix()).isSameAs(one);
    put(key("a"), record(1, "x"));
    assertThat(disk.fix()).isNotSameAs(one);
  }

  @Test
  void crashLeavesScansOfImagesUnanswered() {
    put(key("a"), record(1, "x"));
    Image image = image();
    ScanAnswer underWay = scanLater(image, all(10));
    disk.crash();
    ScanAnswer after = scanLater(image, all(10));
    drain();
    assertThat(underWay).isNotDone();
    assertThat(after).isNotDone();
    reopen();
  }

  /** It may rest on what has failed. */
  @Test
  void whatIsHandedInBeforeAFailureIsToldFailsThoughThereIsRoomAgain() {
    disk.full(true);
    PutAnswer first = new PutAnswer();
    PutAnswer second = new PutAnswer();
    PutAnswer within = new PutAnswer();
    var unused =
        first.whenComplete(
            (stored, failure) -> records.put(PARTITION, key("c"), record(3, "z"), within));
    onLane(() -> records.put(PARTITION, key("a"), record(1, "x"), first));
    onLane(() -> records.put(PARTITION, key("b"), record(2, "y"), second));
    disk.onSyncBegins(() -> disk.full(false)); // but for the one at hand
    drain();
    for (PutAnswer answer : List.of(first, second, within)) {
      assertThat(faultOf(answer).kind()).isEqualTo(StorageFault.Kind.FULL);
    }
    disk.full(false);
    put(key("b"), record(2, "y"));
    assertThat(get(key("b"))).contains(record(2, "y"));
    assertThat(get(key("c"))).isEmpty();
    assertThat(storage.queuedBytes()).isZero();
  }

  @Test
  void slowDiskTakesItsTime() {
    disk.speed(DiskSpeed.SLOW);
    long before = lane.nanos();
    put(key("a"), record(1, "x"));
    assertThat(lane.nanos() - before).isBetween(50_000_000L, 500_000_000L);
  }

  @Test
  void raftChangeIsLostOrKeptWhole() {
    onLane(
        () ->
            storage
                .raft(lane)
                .save(
                    new Change(new HardState(4, 1), null, true, entries(1, 3, 4)),
                    new PutAnswer()));
    disk.crash();
    assertThat(disk.durableRaft().hardState()).isEqualTo(HardState.INITIAL);
    assertThat(disk.durableRaft().entries()).isEmpty();
  }

  @Test
  void sameSeedTakesTheSameTime() {
    assertThat(timeOfSomeWork(5)).isEqualTo(timeOfSomeWork(5)).isNotEqualTo(timeOfSomeWork(6));
  }

  private long timeOfSomeWork(long seed) {
    storage.close();
    chance = seeded(seed);
    storage = open();
    records = storage.records(lane);
    long before = lane.nanos();
    for (int i = 0; i < 20; i++) {
      put(key("k" + i), record(i, "v"));
      get(key("k" + i));
    }
    return lane.nanos() - before;
  }

  private void putNumbered(int number) {
    records.put(PARTITION, key("k" + number), record(number, "v"), new PutAnswer());
  }

  private void drain() {
    boolean more = true;
    while (more) {
      more = lane.runOne();
    }
  }

  private static Randomness seeded(long seed) {
    Random random = new Random(seed);
    return new Randomness() {
      @Override
      public long nextLong() {
        return random.nextLong();
      }

      @Override
      public int nextInt(int bound) {
        return random.nextInt(bound);
      }
    };
  }
}
