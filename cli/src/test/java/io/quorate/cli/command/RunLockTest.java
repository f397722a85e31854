package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  private static final int RUNS = 3;
  private static final int TURNS = 3_000;

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("lock");
  }

  @Test
  void oneRunAtATimeHasIt() throws IOException {
    assertThatThrownBy(() -> RunLock.takeIfThere(file())).isInstanceOf(NoSuchFileException.class);
    try (RunLock first = RunLock.take(file())) {
      assertThat(first).isNotNull();
      assertThat(RunLock.take(file())).isNull();
      assertThat(RunLock.takeIfThere(file())).isNull();
    }
    try (RunLock next = Objects.requireNonNull(RunLock.takeIfThere(file()))) {
      next.closeAndRemove();
    }
    assertThat(file()).doesNotExist();
  }

  /** Each start would leave one, and the next one could not lock it either. */
  @Test
  void fileThatCannotBeLockedIsNotLeft() throws IOException {
    RunLock.Locking none =
        channel -> {
          throw new IOException("No locks available");
        };
    assertThatThrownBy(() -> RunLock.take(file(), none))
        .isInstanceOf(RunLock.CannotLockException.class)
        .hasMessage(file() + ": No locks available");
    assertThat(file()).doesNotExist();
    Files.createFile(file());
    assertThatThrownBy(() -> RunLock.take(file(), none))
        .isInstanceOf(RunLock.CannotLockException.class);
    assertThat(file()).as("of another run, perhaps").exists();
  }

  /** A run that opens the file just before it is removed locks what no later run sees. */
  @Test
  void runThatRemovesTheFileLetsNoTwoIn() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    Callable<Integer> run =
        () -> {
          int taken = 0;
          for (int turn = 0; turn < TURNS; turn++) {
            RunLock lock = RunLock.take(file());
            if (lock != null) {
              taken++;
              assertThat(inside.incrementAndGet()).as("runs at a time").isOne();
              inside.decrementAndGet();
              lock.closeAndRemove();
            }
          }
          return taken;
        };
    ExecutorService threads = Executors.newFixedThreadPool(RUNS);
    try {
      List<Future<Integer>> runs = new ArrayList<>();
      for (int i = 0; i < RUNS; i++) {
        runs.add(threads.submit(run));
      }
      int taken = 0;
      for (Future<Integer> each : runs) {
        taken += each.get();
      }
      assertThat(taken).isPositive();
    } finally {
      threads.shutdownNow();
    }
  }
}
