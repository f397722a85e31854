package io.quorate.storage.rocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.runtime.Lane;
import io.quorate.runtime.real.EventLoops;
import io.quorate.runtime.real.MachineThreads;
import io.quorate.runtime.real.SystemClock;
import io.quorate.storage.Durability;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RecordStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.rocks.database.RocksSettings;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that writes without end, 64 records and one Raft entry at a time, and prints what was
 * acknowledged: {@code put N} and {@code raft INDEX}. Made to be killed.
 */
final class AckingWriter {
  static final int PARTITIONS = 8;
  private static final int OUTSTANDING = 64;

  private final RecordStore records;
  private final RaftStore raft;
  private long nextNumber;
  private long nextIndex;

  private AckingWriter(RecordStore records, RaftStore raft, long firstNumber, long firstIndex) {
    this.records = records;
    this.raft = raft;
    this.nextNumber = firstNumber;
    this.nextIndex = firstIndex;
  }

  /** Little memory, so that table files are written and compacted all the time. */
  static final RocksSettings BUSY =
      new RocksSettings(new Durability.Synced(), 0, 1 << 20, 32 << 10, 1 << 20, 1, 2);

  /**
   * Arguments: data directory, first number, and anything for {@link #BUSY}. The log goes on where
   * it ends.
   */
  public static void main(String[] args) {
    RocksSettings settings = args.length > 2 ? BUSY : RocksSettings.DEFAULT;
    EventLoops loops = EventLoops.start(1, "lane", thrown -> Runtime.getRuntime().halt(3));
    Lane lane = loops.lanes().getFirst();
    RocksStorage storage =
        RocksStorage.open(
            Path.of(args[0]),
            settings,
            "storage",
            new SystemClock(),
            new MachineThreads(),
            StorageListener.NONE,
            health -> {});
    RaftStore raft = storage.raft(lane);
    long firstIndex = raft.load().entries().size() + 1L;
    AckingWriter writer =
        new AckingWriter(storage.records(lane), raft, Long.parseLong(args[1]), firstIndex);
    lane.execute(
        () -> {
          for (int i = 0; i < OUTSTANDING; i++) {
            writer.putNext();
          }
          writer.saveNext();
        });
  }

  static Key keyOf(long number) {
    return new Key(1, ("key " + number).getBytes(UTF_8));
  }

  static int partitionOf(long number) {
    return (int) (number % PARTITIONS);
  }

  static Record recordOf(long number) {
    byte[] value = ("value " + number + " ").repeat(20).getBytes(UTF_8);
    return Record.value(new Version(0, number, new NodeId(1), 1), 1, 0, value);
  }

  private void putNext() {
    long number = nextNumber++;
    records.put(
        partitionOf(number), keyOf(number), recordOf(number), then("put " + number, this::putNext));
  }

  private void saveNext() {
    long index = nextIndex++;
    LogEntry entry = new LogEntry(index, 1, new byte[100]);
    raft.save(
        new Change(new HardState(index, 7), null, true, List.of(entry)),
        then("raft " + index, this::saveNext));
  }

  private static PutCallback then(String acknowledged, Runnable next) {
    return new PutCallback() {
      @Override
      public void stored() {
        System.out.println(acknowledged);
        next.run();
      }

      @Override
      public void failed(StorageFault fault) {
        System.out.println("failed " + fault);
        Runtime.getRuntime().halt(2);
      }
    };
  }
}
