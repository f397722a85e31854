package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.bench.checked.Tally;
import io.quorate.cli.command.ExitCode;
import io.quorate.client.GetResult;
import io.quorate.client.InvalidRequestException;
import io.quorate.client.ReadOptions;
import io.quorate.client.ResultInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CheckedTest {
  private static final int KEYS = 10;
  private static final ResultInfo WHOLE = ResultInfo.of(0, 1, new long[] {1, 2}, false);
  private static final ResultInfo MAY_MISS = ResultInfo.of(0, 1, new long[] {1}, true);

  private static Map<String, Object> fields(Checked checked) {
    Map<String, Object> fields = new LinkedHashMap<>();
    checked.put(fields);
    return fields;
  }

  private static class StaleStore extends FakeStore {
    private final AtomicInteger reads = new AtomicInteger();
    private final boolean tells;

    StaleStore(boolean tells) {
      this.tells = tells;
    }

    /** The third read finds nothing; the fifth says that it may miss something, and does not. */
    @Override
    public synchronized CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
      return switch (reads.incrementAndGet()) {
        case 3 ->
            CompletableFuture.completedFuture(
                GetResult.builder().info(tells ? MAY_MISS : WHOLE).build());
        case 5 ->
            super.get(key, options)
                .thenApply(
                    found ->
                        GetResult.builder()
                            .value(found.value())
                            .version(found.version())
                            .info(MAY_MISS)
                            .build());
        default -> super.get(key, options);
      };
    }
  }

  @Test
  void readThatSaysThatItMayMissWritesBreaksNoPromise() throws InterruptedException {
    BenchSetup setup = Runs.setup(new StaleStore(true), KEYS, "t");
    new Sweep(setup).load();

    Checked checked = new Sweep(setup).verify();
    assertThat(checked.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(fields(checked))
        .containsEntry("told_stale_reads", 1L)
        .containsEntry("lost_writes", 0L)
        .containsEntry("potentially_stale", true);
    assertThat(checked.lines()).anyMatch(line -> line.startsWith("1 reads missed acknowledged"));
  }

  @Test
  void itExcusesNoOtherRead() throws InterruptedException {
    BenchSetup setup = Runs.setup(new StaleStore(false), KEYS, "t");
    new Sweep(setup).load();

    Checked checked = new Sweep(setup).verify();
    assertThat(checked.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(fields(checked))
        .containsEntry("lost_writes", 1L)
        .containsEntry("told_stale_reads", 0L)
        .containsEntry("potentially_stale", true)
        .containsKey("examples");
  }

  /** What was found is worth most where not all can be read. */
  @Test
  void whatWasFoundIsToldAlthoughNotAllCanBeReadBack() throws InterruptedException {
    FakeStore failing =
        new StaleStore(false) {
          private final AtomicInteger reads = new AtomicInteger();

          @Override
          public synchronized CompletableFuture<GetResult> get(byte[] key, ReadOptions options) {
            return reads.incrementAndGet() < 8
                ? super.get(key, options)
                : CompletableFuture.failedFuture(new InvalidRequestException("no such thing"));
          }
        };
    BenchSetup setup = Runs.setup(failing, KEYS, "t");
    new Sweep(setup).load();

    Checked checked = new Sweep(setup).verify();
    assertThat(checked.exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(fields(checked)).containsEntry("lost_writes", 1L).containsEntry("verified", false);
    assertThat(checked.notVerified()).contains("verifying the 10 keys failed: no such thing");
    assertThat(new Checked(new Tally(), false, "why").exitCode()).isEqualTo(ExitCode.UNAVAILABLE);
  }
}
