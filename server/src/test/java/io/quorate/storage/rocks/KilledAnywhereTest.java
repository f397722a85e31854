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
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageListener;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ends a process at any moment, that of creating and opening its directory included, while table
 * files come and go: what is left is never refused, and holds all that was acknowledged. The number
 * of rounds is {@code -Dquorate.kills}.
 */
final class KilledAnywhereTest {
  private static final int ROUNDS = Integer.getInteger("quorate.kills", 8);

  /** From the start of the process on; it takes about half of this to open its directory. */
  private static final int MILLIS_MAX = 1500;

  @TempDir private Path directory;

  @Test
  void noMomentLeavesADirectoryThatIsRefused() throws Exception {
    Random random = new Random(42);
    List<Long> puts = new ArrayList<>();
    long raft = 0;
    for (int round = 0; round < ROUNDS; round++) {
      for (String line : liveFor(1 + random.nextInt(MILLIS_MAX), round * 1_000_000L)) {
        long number = Long.parseLong(line.substring(line.indexOf(' ') + 1));
        if (line.startsWith("put ")) {
          puts.add(number);
        } else {
          raft = number;
        }
      }
      expectAll(puts, raft);
    }
  }

  private List<String> liveFor(long millis, long firstNumber) throws Exception {
    Process writer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AckingWriter.class.getName(),
                directory.toString(),
                Long.toString(firstNumber),
                "busy")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    // By its handle, for the process itself would drop what waits in its pipe.
    CompletableFuture.delayedExecutor(millis, MILLISECONDS)
        .execute(() -> writer.toHandle().destroyForcibly());
    List<String> lines = new ArrayList<>();
    try (BufferedReader output = writer.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.matches("(put|raft) [0-9]+")) {
          lines.add(line);
        }
      }
    } finally {
      writer.destroyForcibly();
    }
    assertThat(writer.waitFor(60, SECONDS)).isTrue();
    assertThat(writer.exitValue()).as("killed by a signal").isEqualTo(128 + 9);
    // The last line may be cut: it was acknowledged, but nobody can say what.
    return lines.isEmpty() ? lines : lines.subList(0, lines.size() - 1);
  }

  private void expectAll(List<Long> puts, long raft) throws Exception {
    EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
    Lane lane = loops.lanes().getFirst();
    try (RocksStorage storage =
        RocksStorage.open(
            directory,
            AckingWriter.BUSY,
            "test-storage",
            new SystemClock(),
            new MachineThreads(),
            StorageListener.NONE,
            health -> {})) {
      RecordStore records = storage.records(lane);
      for (int i = Math.max(0, puts.size() - 20_000); i < puts.size(); i++) {
        long number = puts.get(i);
        GetAnswer answer = new GetAnswer();
        lane.execute(
            () ->
                records.get(AckingWriter.partitionOf(number), AckingWriter.keyOf(number), answer));
        assertThat(answer.get(60, SECONDS)).contains(AckingWriter.recordOf(number));
      }
      RaftStore.Image image = storage.raft(lane).load();
      assertThat(image.entries().size()).isGreaterThanOrEqualTo((int) raft);
    }
    loops.close();
  }
}
