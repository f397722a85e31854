package io.quorate.storage.rocks;

import io.quorate.storage.HistoryStore.Place;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.HistoryMarks;
import io.quorate.storage.rocks.database.RecordFamily;
import io.quorate.storage.rocks.format.DataKey;
import io.quorate.storage.rocks.writer.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A partition, or tenants in it, on their way off the disk: records, what is kept of those before,
 * and the marks of that; all or nothing.
 *
 * @param records null if they stay
 */
record PlacesRemoval(
    Database database, @Nullable RecordFamily records, List<Places> places, PutCallback callback)
    implements Write {

  /**
   * Places that follow each other.
   *
   * @param from the first place, in the families of records and of the history alike
   * @param past the first place past them
   * @param fromMark likewise of the marks
   * @param pastMark likewise of the marks
   */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Places(byte[] from, byte[] past, byte[] fromMark, byte[] pastMark) {
    /**
     * All of a partition.
     *
     * @param from its first place
     */
    static Places of(int partition, byte[] from) {
      return new Places(
          from,
          DataKey.past(partition),
          HistoryMarks.from(partition),
          HistoryMarks.from(partition + 1));
    }

    static Places of(int partition, int tenant) {
      Place place = new Place(partition, tenant);
      return new Places(
          DataKey.from(partition, tenant),
          DataKey.past(partition, tenant),
          HistoryMarks.of(place),
          HistoryMarks.past(place));
    }

    long bytes() {
      return (long) from.length + past.length + fromMark.length + pastMark.length;
    }
  }

  @Override
  public void addTo(WriteBatch batch) throws RocksDBException {
    ColumnFamilyHandle history = database.family(Family.HISTORY);
    ColumnFamilyHandle meta = database.family(Family.META);
    for (Places each : places) {
      if (records != null) {
        records.deleteRange(batch, each.from, each.past);
      }
      batch.deleteRange(meta, each.fromMark, each.pastMark);
      batch.deleteRange(history, each.from, each.past);
    }
  }

  @Override
  public long bytes() {
    return places.stream().mapToLong(Places::bytes).sum();
  }
}
