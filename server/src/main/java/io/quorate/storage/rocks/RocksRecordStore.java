package io.quorate.storage.rocks;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageListener;
import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.HistoryDamage;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.Write;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The records as one lane uses them. That only durable ones are read follows from RocksDB: a write
 * enters the memtable, where readers see it, after the log has been synced.
 */
final class RocksRecordStore implements RecordStore {
  /** A longer value is decrypted off the lane, for which it would take too long. */
  private static final int SEALED_ON_LANE_MAX = 64 << 10;

  private static final Found HALF_WAY =
      new Found(null, new StorageFault(StorageFault.Kind.FAILED, "reading stopped half-way"));

  private final Database database;
  private final RecordFamily family;
  private final Renewal renewal;
  private final HistoryDamage historyDamage;
  private final Lane lane;
  private final LaneWrites writes;
  private final Readers readers;
  private final ReadOptions cached;
  private final ReadOptions anywhere;
  private final StorageListener listener;
  private final Looking looking;
  private final MemoryLooks memory = new MemoryLooks();

  RocksRecordStore(
      Database database,
      RecordFamily family,
      Renewal renewal,
      HistoryDamage historyDamage,
      Lane lane,
      LaneWrites writes,
      Readers readers,
      ReadOptions cached,
      ReadOptions anywhere,
      StorageListener listener) {
    this.database = database;
    this.family = family;
    this.renewal = renewal;
    this.historyDamage = historyDamage;
    this.lane = lane;
    this.writes = writes;
    this.readers = readers;
    this.cached = cached;
    this.anywhere = anywhere;
    this.listener = listener;
    this.looking = new Looking(database, family);
  }

  @Override
  public void get(int partition, Key key, GetCallback callback) {
    byte[] dataKey = DataKey.of(partition, key);
    if (!memory.takeTurnToLook()) {
      listener.onRead(StorageListener.From.CACHE_OR_DISK);
      readElsewhere(dataKey, callback);
      return;
    }
    Found found = look(dataKey, cached);
    listener.onRead(found == null ? StorageListener.From.DISK : StorageListener.From.CACHE);
    if (found == null || found.isLong()) {
      memory.looked(false);
      readElsewhere(dataKey, callback);
    } else {
      memory.looked(true);
      found.tell(callback);
    }
  }

  private void readElsewhere(byte[] dataKey, GetCallback callback) {
    if (!readers.run(() -> readThere(dataKey, callback))) {
      callback.failed(Faults.CLOSED);
    }
  }

  /** Reads off the lane, always: callers that want many records are in no hurry. */
  @Override
  public void getAll(int partition, List<Key> keys, GetAllCallback callback) {
    if (!readers.runPage(() -> readAllThere(partition, keys, callback))) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }
  }

  private void readAllThere(int partition, List<Key> keys, GetAllCallback callback) {
    Found[] found = new Found[keys.size()];
    for (int i = 0; i < found.length; i++) {
      Found each = look(DataKey.of(partition, keys.get(i)), anywhere);
      found[i] = each == null ? HALF_WAY : each;
    }
    lane.execute(() -> tellAll(found, callback));
  }

  private static void tellAll(Found[] found, GetAllCallback callback) {
    List<@Nullable Record> records = new ArrayList<>(found.length);
    for (Found each : found) {
      if (each.fault() != null) {
        callback.failed(each.fault());
        return;
      }
      records.add(each.record());
    }
    callback.found(records);
  }

  @Override
  public void put(int partition, Key key, Record record, PutCallback durable) {
    writes.add(new RecordWrite(family, DataKey.of(partition, key), record.bytes(), durable));
  }

  @Override
  public void remove(int partition, Key key, PutCallback durable) {
    writes.add(new Removal(family, DataKey.of(partition, key), durable));
  }

  @Override
  public void sync(PutCallback synced) {
    writes.sync(synced);
  }

  @Override
  public void drop(int partition, PutCallback durable) {
    byte[] from = DataKey.from(partition);
    if (from == null) {
      renewal.drop(partition, lane, durable);
    } else {
      // Before the records: a mark must not outlive what it speaks of.
      var all = PlacesRemoval.Places.of(partition, from);
      PutCallback then = new DropRecords(partition, durable);
      writes.add(new PlacesRemoval(database, null, List.of(all), then));
    }
  }

  /** Has the records of a partition dropped once nothing is kept of those before. */
  private final class DropRecords implements PutCallback {
    private final int partition;
    private final PutCallback durable;

    DropRecords(int partition, PutCallback durable) {
      this.partition = partition;
      this.durable = durable;
    }

    @Override
    public void stored() {
      renewal.drop(partition, lane, durable);
    }

    @Override
    public void failed(StorageFault fault) {
      durable.failed(fault);
    }
  }

  @Override
  public void clear(int partition, PutCallback durable) {
    byte[] from = DataKey.from(partition);
    if (from == null) {
      lane.execute(durable::stored);
    } else {
      var all = PlacesRemoval.Places.of(partition, from);
      writes.add(new PlacesRemoval(database, family, List.of(all), durable));
    }
  }

  @Override
  public void clear(int partition, List<Integer> tenants, PutCallback durable) {
    List<PlacesRemoval.Places> places = new ArrayList<>();
    for (int tenant : tenants) {
      places.add(PlacesRemoval.Places.of(partition, tenant));
    }
    writes.add(new PlacesRemoval(database, family, places, durable));
  }

  @Override
  public void holdsAny(int partition, Consumer<Boolean> callback) {
    Runnable look =
        () -> {
          boolean any = looking.holdsAny(partition);
          lane.execute(() -> callback.accept(any));
        };
    if (!readers.run(look)) {
      lane.execute(() -> callback.accept(true));
    }
  }

  @Override
  public void holders(int partition, List<Integer> tenants, Consumer<List<Integer>> callback) {
    Runnable look =
        () -> {
          List<Integer> found = looking.holders(partition, tenants);
          lane.execute(() -> callback.accept(found));
        };
    if (!readers.run(look)) {
      lane.execute(() -> callback.accept(tenants));
    }
  }

  @Override
  public void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
    Runnable look =
        () -> {
          List<Integer> found = looking.tenants(partition);
          lane.execute(() -> callback.accept(found));
        };
    if (!readers.run(look)) {
      lane.execute(() -> callback.accept(null));
    }
  }

  @Override
  public void bytes(
      List<Integer> partitions, List<Integer> tenants, Consumer<long @Nullable []> callback) {
    Runnable look =
        () -> {
          long[] found = looking.bytes(partitions, tenants);
          lane.execute(() -> callback.accept(found));
        };
    if (!readers.run(look)) {
      lane.execute(() -> callback.accept(null));
    }
  }

  @Override
  public void onUnreadable(int partitions, IntConsumer watcher) {
    renewal.watch(partitions, partition -> lane.execute(() -> watcher.accept(partition)));
  }

  @Override
  public void scan(Range range, ScanCallback callback) {
    Scan scan = new Scan(family, range);
    scan(scan::run, callback);
  }

  @Override
  public Image image() {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return new ClosedImage(lane);
    }
    try {
      return new RocksImage(this, family, generation, generation.fix(), historyDamage);
    } finally {
      generation.leave();
    }
  }

  @Override
  public HistoryStore history() {
    return new RocksHistoryStore(database, family, writes, readers, lane, historyDamage);
  }

  /** An image of a store that is closed. */
  private record ClosedImage(Lane lane) implements Image {
    @Override
    public void scan(Range range, ScanCallback callback) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }

    @Override
    public void scan(Range range, long asOf, ScanCallback callback) {
      HistoryStore.checkForward(range);
      scan(range, callback);
    }

    @Override
    public void close() {}
  }

  /** Has a page read off the lane, and told on it. */
  void scan(Supplier<Scan.Result> scan, ScanCallback callback) {
    if (!readers.runPage(() -> scanThere(scan, callback))) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }
  }

  private void readThere(byte[] dataKey, GetCallback callback) {
    if (!callback.isWanted()) {
      lane.execute(callback::notRead);
      return;
    }
    Found found = look(dataKey, anywhere);
    Found answer = found == null ? HALF_WAY : found;
    lane.execute(() -> answer.tell(callback));
  }

  private void scanThere(Supplier<Scan.Result> scan, ScanCallback callback) {
    Scan.Result result = scan.get();
    if (result instanceof Scan.Failed(StorageFault fault)) {
      renewal.suspect(fault);
    }
    answer(result, callback);
  }

  /** Tells what a scan found, on the lane. */
  void answer(Scan.Result result, ScanCallback callback) {
    lane.execute(
        () -> {
          switch (result) {
            case Scan.Read(Page page) -> callback.page(page);
            case Scan.Failed(StorageFault fault) -> callback.failed(fault);
            case Scan.FailedInHistory(StorageFault fault) -> callback.failed(fault);
          }
        });
  }

  /** Reads a key where the options say; null if they say memory, and it is not there. */
  private @Nullable Found look(byte[] dataKey, ReadOptions where) {
    RecordFamily.Generation generation = family.enter();
    if (generation == null) {
      return new Found(null, Faults.CLOSED);
    }
    try {
      byte[] bytes = generation.get(where, dataKey);
      if (bytes == null) {
        return Found.NOTHING;
      }
      if (where.equals(cached) && bytes.length > SEALED_ON_LANE_MAX && Keyring.isSealed(bytes)) {
        return Found.LONG;
      }
      return new Found(family.seal().open(dataKey, bytes), null);
    } catch (RocksDBException failure) {
      return Faults.isIncomplete(failure) ? null : failed(fault(dataKey, failure));
    } catch (MalformedRecordException malformed) {
      return failed(fault(dataKey, malformed));
    } catch (ForgottenKeysException forgotten) {
      return failed(Faults.of(forgotten));
    } finally {
      generation.leave();
    }
  }

  private Found failed(StorageFault fault) {
    renewal.suspect(fault);
    return new Found(null, fault);
  }

  private static StorageFault fault(byte[] dataKey, RocksDBException failure) {
    return Faults.of("reading the record of " + DataKey.keyOf(dataKey), failure);
  }

  private static StorageFault fault(byte[] dataKey, MalformedRecordException malformed) {
    return new StorageFault(
        StorageFault.Kind.CORRUPT,
        "under " + DataKey.keyOf(dataKey) + " lies " + malformed.getMessage());
  }

  /**
   * What a read found: a record, nothing, or a fault.
   *
   * @param isLong whether it is a record that is yet to be decrypted, off the lane
   */
  private record Found(@Nullable Record record, @Nullable StorageFault fault, boolean isLong) {
    static final Found NOTHING = new Found(null, null);
    static final Found LONG = new Found(null, null, true);

    Found(@Nullable Record record, @Nullable StorageFault fault) {
      this(record, fault, false);
    }

    void tell(GetCallback callback) {
      if (fault == null) {
        callback.found(record);
      } else {
        callback.failed(fault);
      }
    }
  }

  /** A record on its way off the disk. */
  private record Removal(RecordFamily family, byte[] key, PutCallback callback) implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      family.delete(batch, key);
    }

    @Override
    public long bytes() {
      return key.length;
    }
  }

  /** A record on its way to disk. */
  private record RecordWrite(RecordFamily family, byte[] key, byte[] value, PutCallback callback)
      implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      family.put(batch, key, value);
    }

    @Override
    public long bytes() {
      return (long) key.length + value.length;
    }
  }
}
