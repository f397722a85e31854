package io.quorate.storage.memory;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Records on a disk in memory. */
final class MemoryRecordStore implements RecordStore {
  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryRecordStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public void get(int partition, Key key, GetCallback callback) {
    Place place = new Place(partition, key);
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      callback.failed(MemoryStorage.CLOSED);
    } else if (storage.isCached()) {
      answer(callback, look(place));
    } else {
      storage.later(
          lane,
          () -> callback.isWanted() ? look(place) : Look.NOT_ASKED,
          look -> answer(callback, look));
    }
  }

  @Override
  public void put(int partition, Key key, Record record, PutCallback durable) {
    long bytes = (long) key.bytes().length + record.bytes().length;
    Write.Effect effect = new Write.PutRecord(new Place(partition, key), record);
    storage.submit(new Write(lane, effect, bytes, durable));
  }

  @Override
  public void remove(int partition, Key key, PutCallback durable) {
    Write.Effect effect = new Write.RemoveRecord(new Place(partition, key));
    storage.submit(new Write(lane, effect, key.bytes().length, durable));
  }

  @Override
  public void drop(int partition, PutCallback durable) {
    storage.submit(new Write(lane, new Write.DropPartition(partition, true), 0, durable));
  }

  @Override
  public void clear(int partition, PutCallback durable) {
    storage.submit(new Write(lane, new Write.DropPartition(partition, false), 0, durable));
  }

  @Override
  public void clear(int partition, List<Integer> tenants, PutCallback durable) {
    Write.Effect effect = new Write.DropTenants(partition, new TreeSet<>(tenants));
    storage.submit(new Write(lane, effect, 0, durable));
  }

  @Override
  public void holders(int partition, List<Integer> tenants, Consumer<List<Integer>> callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.accept(tenants));
    } else {
      storage.later(lane, () -> holders(partition, tenants), callback);
    }
  }

  private List<Integer> holders(int partition, List<Integer> tenants) {
    Set<Integer> there = there(partition);
    return tenants.stream().filter(there::contains).toList();
  }

  @Override
  public void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.accept(null));
    } else {
      storage.later(lane, () -> tenants(partition), callback);
    }
  }

  private List<Integer> tenants(int partition) {
    return List.copyOf(there(partition));
  }

  /** Those that have anything in a partition, ascending. */
  private Set<Integer> there(int partition) {
    Set<Integer> there = new TreeSet<>(disk.history().tenants(partition));
    disk.durableRecords(partition).forEach(entry -> there.add(entry.key().tenant()));
    return there;
  }

  @Override
  public void bytes(
      List<Integer> partitions, List<Integer> tenants, Consumer<long @Nullable []> callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.accept(null));
    } else {
      storage.later(lane, () -> bytes(partitions, tenants), callback);
    }
  }

  private long[] bytes(List<Integer> partitions, List<Integer> tenants) {
    long[] bytes = new long[tenants.size()];
    for (int partition : partitions) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] += disk.history().bytes(partition, tenants.get(i));
      }
      for (Entry entry : disk.durableRecords(partition)) {
        int tenant = tenants.indexOf(entry.key().tenant());
        if (tenant >= 0) {
          bytes[tenant] += entry.key().bytes().length + entry.record().bytes().length;
        }
      }
    }
    return bytes;
  }

  @Override
  public void holdsAny(int partition, Consumer<Boolean> callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.accept(true));
    } else {
      storage.later(lane, () -> !there(partition).isEmpty(), callback);
    }
  }

  /** This store reads only what is asked for, so it finds no damage by itself. */
  @Override
  public void onUnreadable(int partitions, IntConsumer watcher) {}

  @Override
  public void scan(Range range, ScanCallback callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      lane.execute(() -> callback.failed(MemoryStorage.CLOSED));
    } else {
      storage.later(lane, () -> disk.walk(range), walk -> walk.tell(callback));
    }
  }

  @Override
  public Image image() {
    return new MemoryImage(storage, lane, disk.fix());
  }

  @Override
  public HistoryStore history() {
    return new MemoryHistoryStore(storage, disk, lane);
  }

  private Look look(Place place) {
    return disk.isCorrupt(place)
        ? new Look(null, Walk.corrupt(place), true)
        : new Look(disk.record(place), null, true);
  }

  private static void answer(GetCallback callback, Look look) {
    if (!look.asked()) {
      callback.notRead();
    } else if (look.fault() != null) {
      callback.failed(look.fault());
    } else {
      callback.found(look.record());
    }
  }

  /** What one read found: a record, nothing, or a fault; or that the disk was not asked. */
  private record Look(@Nullable Record record, @Nullable StorageFault fault, boolean asked) {
    static final Look NOT_ASKED = new Look(null, null, false);
  }
}
