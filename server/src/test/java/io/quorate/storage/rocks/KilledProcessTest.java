package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.RocksSettings;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills processes with -9, several times on one directory: what they acknowledged is there. */
final class KilledProcessTest {
  private static final int ROUNDS = 3;
  private static final int ACKNOWLEDGED_PER_ROUND = 5_000;

  /** How often a process is killed at any moment, {@code -Dquorate.kills}. */
  private static final int MOMENTS = Integer.getInteger("quorate.kills", 8);

  /** From the start of the process on; it takes about half of this to open its directory. */
  private static final int MILLIS_MAX = 1500;

  /** After each kill, this many of the newest acknowledged records are read again. */
  private static final int READ_AGAIN_MAX = 20_000;

  @TempDir private Path directory;

  private final List<Long> puts = new ArrayList<>();
  private long lastRaftIndex;

  @Test
  void killedProcessLosesNothingItAcknowledged() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      Process writer = writer(round);
      note(
          writer,
          acknowledged -> {
            if (acknowledged == ACKNOWLEDGED_PER_ROUND && writer.isAlive()) {
              kill(writer);
            }
          });
      assertThat(puts).hasSizeGreaterThan((round + 1) * ACKNOWLEDGED_PER_ROUND / 2);
      assertThat(lastRaftIndex).isPositive();
      expectAll(RocksSettings.DEFAULT);
    }
  }

  /**
   * The process is killed at any moment, also while it creates or opens a directory, and while
   * table files come and go: the directory is never refused.
   */
  @Test
  void noMomentLeavesADirectoryThatIsRefused() throws Exception {
    Random random = new Random(42);
    for (int round = 0; round < MOMENTS; round++) {
      Process writer = writer(round, "busy");
      CompletableFuture.delayedExecutor(1 + random.nextInt(MILLIS_MAX), MILLISECONDS)
          .execute(() -> kill(writer));
      note(writer, acknowledged -> {});
      expectAll(AckingWriter.BUSY);
    }
  }

  private Process writer(int round, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AckingWriter.class.getName(),
                directory.toString(),
                Long.toString(round * 1_000_000L)));
    command.addAll(List.of(more));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Kills it by its handle: {@code Process.destroy} would drop what waits in its pipe. */
  private static void kill(Process writer) {
    boolean unused = writer.toHandle().destroyForcibly();
  }

  private interface Watcher {
    void acknowledged(int soFar);
  }

  /** Notes what a process acknowledges until it is killed. */
  private void note(Process writer, Watcher watcher) throws Exception {
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = writer.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.matches("(put|raft) [0-9]+")) { // and not what logs print
          lines.add(line);
          watcher.acknowledged(lines.size());
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(60, SECONDS)).isTrue();
    assertThat(writer.exitValue()).as("killed by a signal").isEqualTo(128 + 9);
    // The last line may be cut: a write was acknowledged, but it is not known which.
    for (String line : lines.subList(0, Math.max(0, lines.size() - 1))) {
      long number = Long.parseLong(line.substring(line.indexOf(' ') + 1));
      if (line.startsWith("put ")) {
        puts.add(number);
      } else {
        lastRaftIndex = number;
      }
    }
  }

  private void expectAll(RocksSettings settings) throws Exception {
    EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
    Lane lane = loops.lanes().getFirst();
    try (RocksStorage storage =
        RocksStorage.open(
            directory,
            settings,
            "test-storage",
            new SystemClock(),
            new MachineThreads(),
            StorageListener.NONE,
            health -> {})) {
      RecordStore records = storage.records(lane);
      for (long number : puts.subList(Math.max(0, puts.size() - READ_AGAIN_MAX), puts.size())) {
        GetAnswer answer = new GetAnswer();
        lane.execute(
            () ->
                records.get(AckingWriter.partitionOf(number), AckingWriter.keyOf(number), answer));
        assertThat(answer.get(60, SECONDS)).contains(AckingWriter.recordOf(number));
      }
      RaftStore.Image image = storage.raft(lane).load();
      long lastSaved = image.entries().size();
      assertThat(lastSaved).isGreaterThanOrEqualTo(lastRaftIndex);
      if (lastSaved > 0) {
        assertThat(image.hardState()).isEqualTo(new HardState(lastSaved, 7));
      }
    }
    loops.close();
  }
}
