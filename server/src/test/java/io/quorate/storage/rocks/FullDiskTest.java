package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.Opening;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.storage.rocks.writer.PacedWrites;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A file system that really is full. Needs to be allowed to mount one; elsewhere it is left out.
 */
final class FullDiskTest {
  private static final RocksSettings SMALL =
      new RocksSettings(RocksSettings.DEFAULT.durability(), 0, 1 << 20, 1 << 20, 4 << 20, 2, 2);

  @TempDir private Path parent;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();
  private final List<StoreHealth.State> states = new CopyOnWriteArrayList<>();
  private Path disk;

  @BeforeEach
  void mount() throws Exception {
    disk = Files.createDirectory(parent.resolve("disk"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", disk.toString()))
        .as("may mount")
        .isZero();
  }

  @AfterEach
  void unmount() throws Exception {
    loops.close();
    int unused = run("umount", "-l", disk.toString());
  }

  @Test
  void fullDiskRefusesServesReadsAndTakesWritesAgainByItself() throws Exception {
    Path ballast = disk.resolve("ballast");
    Files.write(ballast, new byte[24 << 20]);
    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    List<Integer> acknowledged = new ArrayList<>();
    int number = writeUntilRefused(records, 0, acknowledged);
    assertThat(storage.health().state()).isEqualTo(StoreHealth.State.FULL);
    assertThat(storage.health().reason()).contains("writes go on by themselves once");
    assertThatThrownBy(() -> put(records, 1).get(60, SECONDS)).hasMessageContaining("FULL");
    expect(records, acknowledged);

    Files.delete(ballast);
    await().atMost(Duration.ofSeconds(60)).until(() -> storage.health().isWritable());
    for (int i = 0; i < 200; i++) {
      assertThat(put(records, number + i).get(60, SECONDS)).isTrue();
      acknowledged.add(number + i);
    }
    assertThat(states).startsWith(StoreHealth.State.FULL).endsWith(StoreHealth.State.WRITABLE);
    expect(records, acknowledged);
    storage.close();
    RocksStorage again = open();
    expect(again.records(lane), acknowledged);
    again.close();
  }

  /** Within RocksDB it would wait until there is space again, and nothing would say why. */
  @Test
  void writeThatWaitsForRoomInMemoryEndsWhenTheDiskTurnsOutToBeFull() throws Exception {
    Database database = Opening.open(disk.resolve("data"), SMALL);
    Path ballast = disk.resolve("ballast");
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    try (PacedWrites writes = new PacedWrites(true, new SystemClock(), () -> {})) {
      database.db().pauseBackgroundWork();
      CompletableFuture<RocksDBException> failed =
          CompletableFuture.supplyAsync(
              () -> writeUntilItFails(database, writes), FullDiskTest::onThread);
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> database.db().getLongProperty("rocksdb.is-write-stopped") == 1);
      assertThat(failed).isNotDone();
      var unused =
          CompletableFuture.runAsync(() -> keepFull(ballast, over), FullDiskTest::onThread);
      await().atMost(Duration.ofSeconds(60)).until(() -> disk.toFile().getUsableSpace() == 0);
      database.db().continueBackgroundWork();
      assertThat(Faults.of("writing", failed.get(60, SECONDS)).kind())
          .isEqualTo(StorageFault.Kind.FULL);
    } finally {
      boolean unusedToo = over.complete(true);
      Files.deleteIfExists(ballast);
      database.close(false);
    }
  }

  private static RocksDBException writeUntilItFails(Database database, PacedWrites writes) {
    Random random = new Random(1);
    byte[] value = new byte[100_000];
    try (WriteBatch batch = new WriteBatch()) {
      while (true) {
        batch.clear();
        random.nextBytes(value); // does not compress, so table files are as large as memtables
        batch.put(database.family(Family.DATA), Arrays.copyOf(value, 8), value);
        writes.write(database.db(), batch);
      }
    } catch (RocksDBException failure) {
      return failure;
    }
  }

  private static void onThread(Runnable task) {
    Thread unused = Thread.ofPlatform().start(task);
  }

  /** Takes all space, and what others give back meanwhile. */
  private static void keepFull(Path ballast, CompletableFuture<Boolean> until) {
    try (FileChannel file =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocate(4096);
      while (!until.isDone()) {
        try {
          int unused = file.write(page.clear());
        } catch (IOException full) {
          Thread.onSpinWait();
        }
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * The mark of what was synced is a mapped page: without its disk block, a write to it would kill
   * the process.
   */
  @Test
  void nodeThatStopsOnAFullDiskSaysSoAndStartsOnceThereIsRoom() throws Exception {
    Path ballast = disk.resolve("ballast");
    Files.write(ballast, new byte[24 << 20]);
    RocksStorage storage = open();
    List<Integer> acknowledged = new ArrayList<>();
    int unused = writeUntilRefused(storage.records(lane), 0, acknowledged);
    storage.close();
    Files.delete(ballast);
    RocksStorage again = open();
    expect(again.records(lane), acknowledged);
    assertThat(put(again.records(lane), 1).get(60, SECONDS)).isTrue();
    again.close();
  }

  private int writeUntilRefused(RecordStore records, int from, List<Integer> acknowledged)
      throws Exception {
    for (int i = from; i < 100_000; i++) {
      try {
        assertThat(put(records, i).get(60, SECONDS)).isTrue();
        acknowledged.add(i);
      } catch (ExecutionException refused) {
        assertThat(refused.getCause()).hasMessageStartingWith("FULL: ");
        return i + 1;
      }
    }
    throw new AssertionError("it never was full");
  }

  private void expect(RecordStore records, List<Integer> acknowledged) throws Exception {
    for (int number : acknowledged) {
      GetAnswer answer = new GetAnswer();
      lane.execute(() -> records.get(0, key(number), answer));
      assertThat(answer.get(60, SECONDS)).contains(record(number));
    }
  }

  private PutAnswer put(RecordStore records, int number) {
    PutAnswer answer = new PutAnswer();
    lane.execute(() -> records.put(0, key(number), record(number), answer));
    return answer;
  }

  private RocksStorage open() {
    return RocksStorage.open(
        disk.resolve("data"),
        SMALL,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> states.add(health.state()));
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException notThere) {
      return -1;
    }
  }

  private static Key key(int number) {
    return new Key(1, "key %06d".formatted(number).getBytes(UTF_8));
  }

  private static Record record(int number) {
    byte[] value = new byte[8_000];
    new Random(number).nextBytes(value);
    return Record.value(new Version(0, number, new NodeId(1), 1), 1, 0, value);
  }
}
