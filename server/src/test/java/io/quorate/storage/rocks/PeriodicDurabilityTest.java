package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.ClusterId;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
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
import io.quorate.storage.RaftStore.Snapshot;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.files.LogFile;
import io.quorate.storage.rocks.files.SyncedMark;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine that loses power while durability is periodic, and no sync has come by itself. What its
 * logs have that was not synced is cut off; {@link SyncedMark} says how much that is.
 */
final class PeriodicDurabilityTest {
  private static final RocksSettings SETTINGS =
      RocksSettings.DEFAULT.with(new Durability.Periodic(Duration.ofHours(1)));
  private static final int PARTITION = 3;

  @TempDir private Path parent;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();
  private RocksStorage storage;
  private RecordStore records;

  @BeforeEach
  void openWithAnIdentity() {
    storage = open(parent.resolve("data"));
    records = storage.records(lane);
    storage.identity().save(new Identity(new NodeId(5), 1, new ClusterId(9)));
  }

  @AfterEach
  void close() {
    storage.close();
    loops.close();
  }

  private static RocksStorage open(Path directory) {
    return RocksStorage.open(
        directory,
        SETTINGS,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  /** Its vote, its log and a snapshot, of both groups; and what was written before them. */
  @Test
  void losesNothingThatRaftMustNotForget() throws Exception {
    put("before");
    HardState state = new HardState(7, 5);
    LogEntry entry = new LogEntry(1, 7, new byte[] {1});
    save(storage.raft(lane), new Change(state, null, true, List.of(entry)));
    expectAfterPowerLoss("voted", came -> assertThat(came.raft(lane).load().entries()).hasSize(1));

    put("between");
    save(storage.locks(lane), new Change(state, null, true, List.of(entry)));
    expectAfterPowerLoss(
        "locked", came -> assertThat(came.locks(lane).load().hardState()).isEqualTo(state));

    save(storage.raft(lane), new Change(null, new Snapshot(1, 7, new byte[] {2}), true, List.of()));
    put("after");
    expectAfterPowerLoss(
        "compacted",
        came -> {
          RaftStore.Image image = came.raft(lane).load();
          assertThat(image.hardState()).isEqualTo(state);
          assertThat(image.snapshot()).isNotNull();
          assertThat(holds(came, "before")).isTrue();
          assertThat(holds(came, "between")).isTrue();
          assertThat(holds(came, "after")).as("a record that no sync came after").isFalse();
        });
  }

  /** What is reported to the cluster is counted on. */
  @Test
  void losesNothingThatWasSyncedBeforeItWasReported() throws Exception {
    put("copied");
    PutAnswer synced = new PutAnswer();
    lane.execute(() -> records.sync(synced));
    assertThat(synced.get(60, SECONDS)).isTrue();
    put("after");
    expectAfterPowerLoss(
        "reported",
        came -> {
          assertThat(holds(came, "copied")).isTrue();
          assertThat(holds(came, "after")).isFalse();
        });
  }

  private interface Expectation {
    void of(RocksStorage storage) throws Exception;
  }

  /** Looks at what the directory would be after the machine had lost power right now. */
  private void expectAfterPowerLoss(String name, Expectation expectation) throws Exception {
    Path lost = parent.resolve(name);
    DirectoryImage.copy(parent.resolve("data"), lost);
    cutWhatWasNotSynced(lost);
    RocksStorage came = open(lost);
    try {
      expectation.of(came);
    } finally {
      came.close();
    }
  }

  private static void cutWhatWasNotSynced(Path directory) throws IOException {
    SyncedMark mark = Objects.requireNonNull(SyncedMark.find(directory));
    for (SyncedMark.Log log : mark.state().logs()) {
      Path path = directory.resolve("db").resolve(log.fileName());
      long synced = 0;
      try (LogFile file = new LogFile(path, log.number(), Long.BYTES + Integer.BYTES)) {
        while (file.next()) {
          ByteBuffer head = file.record();
          if (head.getLong() + head.getInt() - 1 > mark.sequence()) {
            break;
          }
          synced = file.end();
        }
      }
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        var unused = file.truncate(synced);
      }
    }
  }

  private void save(RaftStore store, Change change) throws Exception {
    PutAnswer saved = new PutAnswer();
    lane.execute(() -> store.save(change, saved));
    assertThat(saved.get(60, SECONDS)).isTrue();
  }

  private void put(String key) throws Exception {
    PutAnswer stored = new PutAnswer();
    Record record = Record.value(new Version(0, 1, new NodeId(1), 1), 1, 0, new byte[] {1});
    lane.execute(() -> records.put(PARTITION, key(key), record, stored));
    assertThat(stored.get(60, SECONDS)).isTrue();
  }

  private boolean holds(RocksStorage came, String key) throws Exception {
    GetAnswer found = new GetAnswer();
    lane.execute(() -> came.records(lane).get(PARTITION, key(key), found));
    return found.get(60, SECONDS).isPresent();
  }

  private static Key key(String key) {
    return new Key(1, key.getBytes(UTF_8));
  }
}
