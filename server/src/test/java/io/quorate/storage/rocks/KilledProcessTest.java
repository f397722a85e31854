package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;
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
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process with -9 in the midst of its writes, several times on one directory. */
final class KilledProcessTest {
  private static final int ROUNDS = 3;
  private static final int ACKNOWLEDGED_PER_ROUND = 5_000;

  @TempDir private Path directory;

  @Test
  void killedProcessLosesNothingItAcknowledged() throws Exception {
    List<Long> puts = new ArrayList<>();
    long lastRaftIndex = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (String line : writeUntilKilled(round * 1_000_000L)) {
        long number = Long.parseLong(line.substring(line.indexOf(' ') + 1));
        if (line.startsWith("put ")) {
          puts.add(number);
        } else {
          lastRaftIndex = number;
        }
      }
      assertThat(puts).hasSizeGreaterThan((round + 1) * ACKNOWLEDGED_PER_ROUND / 2);
      assertThat(lastRaftIndex).isPositive();
      expectAll(puts, lastRaftIndex);
    }
  }

  private List<String> writeUntilKilled(long firstNumber) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AckingWriter.class.getName(),
                directory.toString(),
                Long.toString(firstNumber))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = writer.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("put ") || line.startsWith("raft ")) { // and not what logs print
          lines.add(line);
        }
        if (lines.size() == ACKNOWLEDGED_PER_ROUND && writer.isAlive()) {
          // By its handle, for the process itself would drop what waits in its pipe.
          assertThat(writer.toHandle().destroyForcibly()).isTrue();
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(60, SECONDS)).isTrue();
    assertThat(writer.exitValue()).as("killed by a signal").isEqualTo(128 + 9);
    // The last line may be cut: it was acknowledged, but nobody can say what.
    return lines.subList(0, lines.size() - 1);
  }

  private void expectAll(List<Long> puts, long lastRaftIndex) throws Exception {
    EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
    Lane lane = loops.lanes().getFirst();
    try (RocksStorage storage =
        RocksStorage.open(
            directory,
            RocksSettings.DEFAULT,
            "test-storage",
            new SystemClock(),
            new MachineThreads(),
            StorageListener.NONE,
            health -> {})) {
      RecordStore records = storage.records(lane);
      for (long number : puts) {
        GetAnswer answer = new GetAnswer();
        lane.execute(
            () ->
                records.get(AckingWriter.partitionOf(number), AckingWriter.keyOf(number), answer));
        assertThat(answer.get(60, SECONDS)).contains(AckingWriter.recordOf(number));
      }
      RaftStore.Image image = storage.raft(lane).load();
      long lastSaved = image.entries().size();
      assertThat(lastSaved).isGreaterThanOrEqualTo(lastRaftIndex);
      assertThat(image.hardState()).isEqualTo(new HardState(lastSaved, 7));
    }
    loops.close();
  }
}
