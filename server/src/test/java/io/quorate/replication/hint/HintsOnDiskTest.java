package io.quorate.replication.hint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.HintStore.Hint;
import io.quorate.storage.HintStore.Known;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.RocksStorage;
import io.quorate.storage.rocks.database.RocksSettings;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hints that are no more in memory. */
final class HintsOnDiskTest {
  private static final NodeId AWAY = new NodeId(7);

  /** More than are remembered as new. */
  private static final int KEYS = 6_000;

  /** Handed in during one turn of the lane: fewer than may wait for the disk. */
  private static final int IN_ONE_TURN = 100;

  @TempDir private Path directory;

  private final EventLoops loops = EventLoops.start(1, "test-lane", broken -> {});
  private final Lane lane = loops.lanes().getFirst();
  private Storage storage;
  private Hints hints;

  @BeforeEach
  void start() {
    storage = open();
    hints = load();
  }

  private Storage open() {
    RocksSettings small =
        new RocksSettings(RocksSettings.DEFAULT.durability(), 0, 4_096, 1 << 20, 2 << 20, 1, 2);
    return RocksStorage.open(
        directory,
        small,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        StorageListener.NONE,
        health -> {});
  }

  private Hints load() {
    return new Hints(
        storage.hints(lane),
        node -> false,
        new SystemClock(),
        (hint, callback) -> {},
        BackgroundBudget.UNLIMITED,
        HintConfig.DEFAULT,
        event -> {});
  }

  @AfterEach
  void close() {
    storage.close();
    loops.close();
  }

  private <T> T onLane(Supplier<T> turn) {
    Executor turns = lane::execute;
    return CompletableFuture.supplyAsync(turn, turns).orTimeout(60, SECONDS).join();
  }

  private static Hint hint(int number) {
    return new Hint(AWAY, number % 16, new Key(1, ("key" + number).getBytes(UTF_8)));
  }

  private void missAll() {
    for (int from = 0; from < KEYS; from += IN_ONE_TURN) {
      int first = from;
      boolean unused =
          onLane(
              () -> {
                for (int i = first; i < first + IN_ONE_TURN; i++) {
                  Hint hint = hint(i);
                  hints.missed(hint.target(), hint.partition(), 1, hint.key());
                }
                return true;
              });
      settle();
    }
  }

  /** Waits until all that was asked of the disk is answered. */
  private void settle() {
    CompletableFuture<Boolean> found = new CompletableFuture<>();
    lane.execute(() -> storage.hints(lane).find(hint(0), found::complete));
    boolean unused = found.orTimeout(60, SECONDS).join();
  }

  @Test
  void keyThatIsMissedAgainLongAfterwardsIsCountedOnce() {
    missAll();
    storage.close();
    start();
    assertThat(onLane(() -> storage.hints(lane).known(hint(0)))).isEqualTo(Known.UNSURE);
    missAll();
    long counted = onLane(() -> hints.sum().hints());
    long bytes = onLane(() -> hints.sum().bytes());
    storage.close();
    start();
    assertThat(hints.sum().hints()).isEqualTo(KEYS);
    assertThat(counted).isEqualTo(KEYS);
    assertThat(bytes).isEqualTo(hints.sum().bytes());
  }
}
