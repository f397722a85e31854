package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;

class DatabaseTest {
  /** Memtables of 64 KiB, the smallest that RocksDB makes. */
  private static final RocksSettings SETTINGS =
      new RocksSettings(new Durability.Synced(), 0, 1 << 20, 64 << 10, 64 << 20, 1, 2);

  private static final int MERGED_MEMTABLES = 4;

  @TempDir Path directory;

  /**
   * Stops while RocksDB syncs the logs of four memtables, before it writes them out; most
   * repetitions meet that time. The request to write out a fifth one is lost then.
   */
  @RepeatedTest(8)
  void closesWhileOtherMemtablesAreWrittenOut(RepetitionInfo repetition) throws Exception {
    Database database = Opening.open(directory, SETTINGS);
    ColumnFamilyHandle data = database.family(Family.DATA);
    long number = 0;
    while (database.db().getLongProperty(data, "rocksdb.num-immutable-mem-table")
        < MERGED_MEMTABLES) {
      put(database, data, number++);
    }
    TimeUnit.MILLISECONDS.sleep(repetition.getCurrentRepetition() / 2);
    CompletableFuture.runAsync(() -> database.close(true)).get(20, TimeUnit.SECONDS);

    Database next = Opening.open(directory, SETTINGS);
    try {
      for (long each = 0; each < number; each++) {
        assertThat(next.db().get(next.family(Family.DATA), key(each))).isNotNull();
      }
    } finally {
      next.close(false);
    }
  }

  @Test
  void compactsAllFamiliesFromItsFirstStartOn() throws Exception {
    for (int start = 0; start < 2; start++) {
      Database database = Opening.open(directory, SETTINGS);
      try {
        assertThat(database.isNew()).isEqualTo(start == 0);
        for (ColumnFamilyHandle each : database.handles()) {
          assertThat(database.db().getOptions(each).disableAutoCompactions())
              .as("%s at start %d", new String(each.getName(), UTF_8), start)
              .isFalse();
        }
      } finally {
        database.close(true);
      }
    }
  }

  /**
   * Until all is looked at, no table file goes. RocksDB notes in a file with what options it was
   * opened, and in another one to what they were changed. Those of the start before may be there
   * still.
   */
  @Test
  void compactsNothingOfAnEarlierStartWhileItIsOpened() throws Exception {
    Opening.open(directory, SETTINGS).close(true);
    List<Path> before = filesOfOptions();
    Database database = Opening.open(directory, SETTINGS);
    try {
      List<Path> options =
          filesOfOptions().stream().filter(each -> !before.contains(each)).toList();
      assertThat(options).hasSize(2);
      assertThat(options.getFirst())
          .content()
          .contains("disable_auto_compactions=true")
          .doesNotContain("disable_auto_compactions=false");
      assertThat(options.getLast()).content().doesNotContain("disable_auto_compactions=true");
    } finally {
      database.close(true);
    }
  }

  private List<Path> filesOfOptions() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("db"))) {
      return files
          .filter(each -> each.getFileName().toString().startsWith("OPTIONS-"))
          .sorted()
          .toList();
    }
  }

  private static void put(Database database, ColumnFamilyHandle family, long number)
      throws RocksDBException {
    database.db().put(family, key(number), new byte[1000]);
  }

  private static byte[] key(long number) {
    return "key-%06d".formatted(number).getBytes(UTF_8);
  }
}
