package io.quorate.storage.rocks.writer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.quorate.runtime.Lane;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.Durability;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.StoreHealth.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;

/** What the writer does with a disk that is slow, full or failing. */
final class GroupWriterTest {
  private static final long SPACING_NANOS = 1_000_000;

  private final FaultyDisk disk = new FaultyDisk();
  private final List<State> states = new CopyOnWriteArrayList<>();
  private GroupWriter writer = start(new Durability.Synced());

  @AfterEach
  void close() {
    disk.turns.release(1000);
    writer.close();
  }

  @Test
  void turnsThatArriveDuringASyncShareTheNextOne() throws Exception {
    disk.turns.drainPermits();
    PutAnswer first = put();
    await().untilAsserted(() -> assertThat(disk.groups).containsExactly(1));
    List<PutAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      answers.add(put());
    }
    assertThat(first).isNotDone();
    assertThat(writer.queuedBytes()).isEqualTo(11 * TestWrite.BYTES);
    disk.turns.release(2);
    for (PutAnswer answer : answers) {
      assertThat(answer.get(60, SECONDS)).isTrue();
    }
    assertThat(disk.groups).containsExactly(1, 10);
    assertThat(writer.queuedBytes()).isZero();
  }

  @Test
  void fullDiskRefusesUntilAProbeFindsRoom() {
    disk.fault = new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left");
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("FULL: writing failed");
    int tried = disk.groups.size();
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("FULL: ");
    assertThat(disk.groups).as("refused without being tried").hasSize(tried);
    assertThat(writer.health().state()).isEqualTo(State.FULL);
    assertThat(writer.health().reason()).contains("No space left").contains("once 64 MiB are free");

    await().until(() -> disk.probes.get() > 1);
    assertThat(writer.health().state()).isEqualTo(State.FULL);
    disk.fault = null;
    await().until(() -> writer.health().isWritable());
    assertThat(put()).succeedsWithin(Duration.ofSeconds(60));
    assertThat(states).containsExactly(State.FULL, State.WRITABLE);
  }

  /** What a lane hands in before it is told may rest on what has failed. */
  @Test
  void whatWasHandedInBeforeTheFailureWasToldFailsThoughThereIsRoomAgain() {
    HeldLane lane = new HeldLane();
    LaneWrites writes = new LaneWrites(lane, writer);
    List<PutAnswer> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(new PutAnswer());
    }
    disk.fault = new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left");
    handIn(writes, answers.get(0));
    await().until(() -> lane.tasks.size() == 1);
    disk.fault = null;
    await().until(() -> writer.health().isWritable());
    handIn(writes, answers.get(1));
    await().until(() -> writer.queuedBytes() == 0);
    assertThat(disk.groups).as("it is not tried").hasSize(1);
    PutAnswer within = new PutAnswer();
    var unused =
        answers.get(0).whenComplete((stored, failure) -> writes.add(new TestWrite(within)));

    lane.runAll();
    for (PutAnswer answer : List.of(answers.get(0), answers.get(1), within)) {
      assertThat(answer).isCompletedExceptionally();
    }
    assertThat(writer.queuedBytes()).isZero();
    handIn(writes, answers.get(2));
    await().until(() -> !lane.tasks.isEmpty());
    lane.runAll();
    assertThat(answers.get(2)).isCompletedWithValue(true);
    assertThat(disk.groups).hasSize(2);
  }

  @Test
  void otherLanesAreNotHeldUpByAFailureThatOneWasNotToldOf() {
    HeldLane lane = new HeldLane();
    disk.fault = new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left");
    handIn(new LaneWrites(lane, writer), new PutAnswer());
    await().until(() -> lane.tasks.size() == 1);
    disk.fault = null;
    await().until(() -> writer.health().isWritable());
    assertThat(put()).succeedsWithin(Duration.ofSeconds(60));
  }

  @Test
  void failedSyncIsNeverTriedAgain() {
    disk.fault = new Status(Status.Code.IOError, Status.SubCode.None, "fdatasync: I/O error");
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("FAILED: writing failed");
    disk.fault = null;
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("I/O error");
    assertThat(disk.groups).containsExactly(1);
    assertThat(disk.probes).hasValue(0);
    assertThat(writer.health().state()).isEqualTo(State.FAILED);
    assertThat(states).containsExactly(State.FAILED);
  }

  @Test
  void fullDiskThatFailsUnderAProbeIsFailed() {
    disk.fault = new Status(Status.Code.IOError, Status.SubCode.NoSpace, "No space left");
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("FULL: ");
    disk.fault = new Status(Status.Code.Corruption, Status.SubCode.None, "bad block");
    await().until(() -> writer.health().state() == State.FAILED);
    assertThat(states).containsExactly(State.FULL, State.FAILED);
  }

  @Test
  void writerThatBreaksAnswersAllWrites() {
    disk.defect = new IllegalStateException("a defect");
    PutAnswer lost = put();
    // The writer's thread ends with the defect, which is what it should do.
    await().dontCatchUncaughtExceptions().until(() -> writer.health().state() == State.FAILED);
    assertThatThrownBy(() -> lost.get(60, SECONDS)).hasMessageContaining("a defect");
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("a defect");
  }

  @Test
  void anAbandonedWriterDropsWhatWaits() throws Exception {
    disk.turns.drainPermits();
    PutAnswer underWay = put();
    await().untilAsserted(() -> assertThat(disk.groups).containsExactly(1));
    PutAnswer waiting = put();
    Thread abandoning = new Thread(writer::abandon);
    abandoning.start();
    await().until(() -> abandoning.getState() == Thread.State.WAITING);
    disk.turns.release(1000);
    abandoning.join();
    assertThat(disk.groups).containsExactly(1);
    assertThat(underWay).succeedsWithin(Duration.ofSeconds(60));
    assertThat(waiting).isNotDone();
  }

  @Test
  void periodicDurabilitySyncsOncePerIntervalAndAtTheEnd() throws Exception {
    writer.close();
    writer = start(new Durability.Periodic(Duration.ofMillis(50)));
    for (int i = 0; i < 20; i++) {
      assertThat(put().get(60, SECONDS)).isTrue();
    }
    await().until(() -> disk.syncs.get() > 0);
    assertThat(put().get(60, SECONDS)).isTrue();
    writer.close();
    assertThat(disk.syncs.get()).isGreaterThan(1);
    assertThat(disk.unsynced).as("commits since the last sync").hasValue(0);
  }

  @Test
  void periodicDurabilitySyncsBeforeItTellsOfAWriteThatMustBeSynced() throws Exception {
    writer.close();
    writer = start(new Durability.Periodic(Duration.ofHours(1)));
    assertThat(put().get(60, SECONDS)).isTrue();
    assertThat(disk.unsynced).hasValue(1);
    HeldLane lane = new HeldLane();
    PutAnswer answer = new PutAnswer();
    handIn(new LaneWrites(lane, writer), new TestWrite(answer, true));
    await().until(() -> lane.tasks.size() == 1);
    assertThat(disk.unsynced).hasValue(0);
    lane.runAll();
    assertThat(answer).isCompletedWithValue(true);
    assertThat(put().get(60, SECONDS)).isTrue();
    assertThat(disk.unsynced).as("the next one waits for the interval").hasValue(1);

    disk.syncFault = new Status(Status.Code.IOError, Status.SubCode.None, "fdatasync: I/O error");
    PutAnswer lost = new PutAnswer();
    handIn(new LaneWrites(new CallingLane(), writer), new TestWrite(lost, true));
    assertThatThrownBy(() -> lost.get(60, SECONDS)).hasMessageContaining("syncing failed");
    assertThat(writer.health().state()).isEqualTo(State.FAILED);
  }

  @Test
  void periodicDurabilitySyncsChoresAloneThatHaveWritten() {
    for (boolean writes : List.of(false, true)) {
      writer.close();
      disk.syncs.set(0);
      disk.choresWrite = writes;
      disk.chores.set(3);
      writer = start(new Durability.Periodic(Duration.ofMillis(10)));
      await().until(() -> disk.chores.get() == 0);
      writer.close();
      assertThat(disk.syncs.get() > 0).as("it writes: %s", writes).isEqualTo(writes);
    }
  }

  @Test
  void failedPeriodicSyncEndsWriting() throws Exception {
    writer.close();
    writer = start(new Durability.Periodic(Duration.ofMillis(10)));
    disk.syncFault = new Status(Status.Code.IOError, Status.SubCode.None, "fdatasync: I/O error");
    assertThat(put().get(60, SECONDS)).isTrue();
    await().until(() -> writer.health().state() == State.FAILED);
    assertThatThrownBy(() -> put().get(60, SECONDS)).hasMessageContaining("syncing failed");
  }

  @Test
  void underLoadTheNextGroupIsGivenTimeToGrowAndALoneWriteIsNot() throws Exception {
    writer.close();
    writer = start(new Durability.Synced(), Duration.ofHours(1).toNanos());
    assertThat(put().get(60, SECONDS)).isTrue();
    disk.turns.drainPermits();
    PutAnswer alone = put();
    await().untilAsserted(() -> assertThat(disk.groups).containsExactly(1, 1));
    List<PutAnswer> load = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      load.add(put());
    }
    disk.turns.release(1000);
    assertThat(alone.get(60, SECONDS)).isTrue();
    for (PutAnswer answer : load) {
      assertThat(answer.get(60, SECONDS)).isTrue();
    }
    PutAnswer fifth = put();
    PutAnswer sixth = put();
    assertThat(fifth).isNotDone();
    writer.close();
    assertThat(fifth.get(60, SECONDS)).isTrue();
    assertThat(sixth.get(60, SECONDS)).isTrue();
    assertThat(disk.groups).containsExactly(1, 1, 4, 2);
  }

  private GroupWriter start(Durability durability) {
    return start(durability, SPACING_NANOS);
  }

  private GroupWriter start(Durability durability, long spacingNanos) {
    GroupWriter started =
        new GroupWriter(
            "test-writer",
            disk,
            durability,
            spacingNanos,
            new SystemClock(),
            new MachineThreads(),
            StorageListener.NONE,
            (StoreHealth health) -> states.add(health.state()));
    started.start();
    return started;
  }

  private PutAnswer put() {
    PutAnswer answer = new PutAnswer();
    handIn(new LaneWrites(new CallingLane(), writer), answer);
    return answer;
  }

  private void handIn(LaneWrites lane, PutCallback callback) {
    handIn(lane, new TestWrite(callback));
  }

  private void handIn(LaneWrites lane, Write write) {
    Turn turn = lane.begin();
    turn.add(write);
    writer.expect(turn.bytes());
    lane.handIn(turn);
  }

  private record TestWrite(PutCallback callback, boolean mustBeSynced) implements Write {
    static final long BYTES = 100;

    TestWrite(PutCallback callback) {
      this(callback, false);
    }

    @Override
    public void addTo(WriteBatch batch) {}

    @Override
    public long bytes() {
      return BYTES;
    }
  }

  /** Runs tasks where they are handed in; enough for callbacks that complete futures. */
  private static final class CallingLane implements Lane {
    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      throw new AssertionError("the writer sets no timers");
    }

    @Override
    public boolean isCurrent() {
      return true;
    }
  }

  /** Runs tasks when the test says so, on its thread. */
  private static final class HeldLane implements Lane {
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void runAll() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
      throw new AssertionError("the writer sets no timers");
    }

    @Override
    public boolean isCurrent() {
      return true;
    }
  }

  /** Counts commits, takes a permit for each, and fails when the test says so. */
  private static final class FaultyDisk implements GroupWriter.Disk {
    final Semaphore turns = new Semaphore(1000);
    final List<Integer> groups = new CopyOnWriteArrayList<>();
    final AtomicInteger probes = new AtomicInteger();
    final AtomicInteger syncs = new AtomicInteger();
    final AtomicInteger unsynced = new AtomicInteger();
    volatile @Nullable Status fault;
    volatile @Nullable Status syncFault;
    volatile @Nullable RuntimeException defect;

    /** Those that are due. */
    final AtomicInteger chores = new AtomicInteger();

    volatile boolean choresWrite;

    @Override
    public long nanosUntilChore() {
      return chores.get() > 0 ? 0 : Long.MAX_VALUE;
    }

    @Override
    public boolean chore() {
      chores.decrementAndGet();
      return choresWrite;
    }

    @Override
    public void commit(List<Turn> group) throws RocksDBException {
      groups.add(group.size());
      turns.acquireUninterruptibly();
      if (defect != null) {
        throw defect;
      }
      if (fault != null) {
        throw new RocksDBException(fault);
      }
      unsynced.incrementAndGet();
    }

    @Override
    public void sync() throws RocksDBException {
      if (syncFault != null) {
        throw new RocksDBException(syncFault);
      }
      unsynced.set(0);
      syncs.incrementAndGet();
    }

    @Override
    public long roomBytes() {
      return 64 << 20;
    }

    @Override
    public void probe() throws RocksDBException {
      probes.incrementAndGet();
      if (fault != null) {
        throw new RocksDBException(fault);
      }
    }
  }
}
