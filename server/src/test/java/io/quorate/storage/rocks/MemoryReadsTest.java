package io.quorate.storage.rocks;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Answers.GetAnswer;
import io.quorate.storage.Answers.PutAnswer;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageListener.From;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Hlc;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a real storage looks for records, by what was found in its memory of late. */
final class MemoryReadsTest {
  private static final int PARTITION = 3;

  /** More than it takes to notice that nothing is in memory. */
  private static final int COLD = 500;

  private static final int HOT = COLD;

  /** A block each, so that reading one brings no other into memory. */
  private static final int VALUE_BYTES = 20_000;

  @TempDir private Path parent;

  private final EventLoops loops = EventLoops.start(1, "test-lane", thrown -> {});
  private final Lane lane = loops.lanes().getFirst();

  /** What the storage has told of reads. */
  private final List<From> told = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeLoops() {
    loops.close();
  }

  @Test
  void fewReadsLookInMemoryWhereNearlyNothingIsUntilMoreIs() throws Exception {
    RocksStorage full = open();
    for (int i = 0; i < COLD; i++) {
      put(full.records(lane), i);
    }
    full.close();

    RocksStorage storage = open();
    RecordStore records = storage.records(lane);
    for (int i = 0; i < COLD; i++) {
      assertThat(isFoundInMemory(records, i)).as("record %d", i).isFalse();
    }
    assertThat(told).contains(From.DISK, From.CACHE_OR_DISK).hasSize(COLD);
    put(records, HOT);
    int looks = 0;
    for (int i = 0; i < 40; i++) {
      looks += isFoundInMemory(records, HOT) ? 1 : 0;
    }
    assertThat(looks).as("one of eight, though it is in memory").isEqualTo(5);
    assertThat(Collections.frequency(told, From.CACHE_OR_DISK))
        .as("the others were not looked for there, so none is known to be read from disk")
        .isEqualTo(COLD - Collections.frequency(told, From.DISK) + 35);

    for (int i = 0; i < 400; i++) {
      boolean unused = isFoundInMemory(records, HOT);
    }
    for (int i = 0; i < 40; i++) {
      assertThat(isFoundInMemory(records, HOT)).isTrue();
    }
    storage.close();
  }

  private RocksStorage open() {
    return RocksStorage.open(
        parent.resolve("data"),
        RocksSettings.DEFAULT,
        "test-storage",
        new SystemClock(),
        new MachineThreads(),
        new StorageListener() {
          @Override
          public void onRead(From from) {
            told.add(from);
          }
        },
        health -> {});
  }

  private boolean isFoundInMemory(RecordStore records, int number) throws Exception {
    int before = Collections.frequency(told, From.CACHE);
    GetAnswer answer = new GetAnswer();
    lane.execute(() -> records.get(PARTITION, key(number), answer));
    assertThat(answer.get(60, SECONDS)).contains(record(number));
    return Collections.frequency(told, From.CACHE) > before;
  }

  private void put(RecordStore records, int number) throws Exception {
    PutAnswer answer = new PutAnswer();
    lane.execute(() -> records.put(PARTITION, key(number), record(number), answer));
    assertThat(answer.get(60, SECONDS)).isTrue();
  }

  private static Key key(int number) {
    return new Key(1, ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  /** What no compression makes smaller. */
  private static Record record(int number) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(number).nextBytes(value);
    return Record.value(new Version(0, Hlc.of(10, 0), new NodeId(1), 1), 1, 0, value);
  }
}
