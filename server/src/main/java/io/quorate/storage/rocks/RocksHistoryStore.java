package io.quorate.storage.rocks;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.HistoryDamage;
import io.quorate.storage.rocks.database.HistoryMarks;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.format.HistoryKey;
import io.quorate.storage.rocks.format.Seal;
import io.quorate.storage.rocks.writer.FamilyPut;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.MarkedRemoval;
import io.quorate.storage.rocks.writer.Write;
import io.quorate.version.Record;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Versions that were replaced, under {@link HistoryKey}, and their {@link HistoryMarks}. */
final class RocksHistoryStore implements HistoryStore {
  private final Database database;
  private final RecordFamily family;
  private final Seal seal;
  private final LaneWrites writes;
  private final Readers readers;
  private final Lane lane;
  private final HistoryDamage damage;
  private final ColumnFamilyHandle history;
  private final ColumnFamilyHandle meta;

  /**
   * @param family of the records, while which is open this is read
   */
  RocksHistoryStore(
      Database database,
      RecordFamily family,
      LaneWrites writes,
      Readers readers,
      Lane lane,
      HistoryDamage damage) {
    this.database = database;
    this.family = family;
    this.seal = family.seal();
    this.writes = writes;
    this.readers = readers;
    this.lane = lane;
    this.damage = damage;
    this.history = database.family(Family.HISTORY);
    this.meta = database.family(Family.META);
  }

  @Override
  public Map<Place, Long> load() {
    try {
      return HistoryMarks.load(database);
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "since when this node has kept the versions that were replaced cannot be read in %s: %s.%s"
              .formatted(database.directory(), failure.getMessage(), Inventory.WHAT_TO_DO),
          failure);
    }
  }

  @Override
  public void keep(
      int partition, Key key, Record record, long until, long bucketEnd, PutCallback durable) {
    HistoryStore.check(until, bucketEnd);
    byte[] historyKey = HistoryKey.of(partition, key, record.version(), until, bucketEnd);
    writes.add(new Keeping(history, seal, historyKey, record.bytes(), durable));
  }

  @Override
  public void read(Place place, byte[] from, int versionsMax, int bytesMax, ReadCallback callback) {
    KeptScan scan = new KeptScan(family, place, from, versionsMax, bytesMax, damage);
    Runnable look =
        () -> {
          KeptScan.Result result = scan.run();
          lane.execute(() -> result.tell(callback));
        };
    if (!readers.runPage(look)) {
      lane.execute(() -> callback.failed(Faults.CLOSED));
    }
  }

  @Override
  public void mark(Place place, long since, PutCallback durable) {
    writes.add(new FamilyPut(meta, HistoryMarks.of(place), HistoryMarks.value(since), durable));
  }

  @Override
  public void forget(Place place, long bucketEnd, long since, PutCallback durable) {
    writes.add(
        new MarkedRemoval(
            history,
            HistoryKey.bucket(place.partition(), place.tenant(), 0),
            HistoryKey.pastBucket(place.partition(), place.tenant(), bucketEnd),
            new FamilyPut(meta, HistoryMarks.of(place), HistoryMarks.value(since), durable)));
  }

  @Override
  public void clear(Place place, PutCallback durable) {
    var all = PlacesRemoval.Places.of(place.partition(), place.tenant());
    writes.add(new PlacesRemoval(database, null, List.of(all), durable));
  }

  /** A version on its way to disk. */
  private record Keeping(
      ColumnFamilyHandle history, Seal seal, byte[] key, byte[] record, PutCallback callback)
      implements Write {
    @Override
    public void addTo(WriteBatch batch) throws RocksDBException {
      batch.put(history, key, seal.closeKept(key, record));
    }

    @Override
    public long bytes() {
      return (long) key.length + record.length;
    }
  }
}
