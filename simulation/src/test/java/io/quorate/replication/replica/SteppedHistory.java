package io.quorate.replication.replica;

import io.quorate.model.Key;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.KeptHistory;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.ArrayDeque;
import java.util.Map;

/** A history that is synced only when the test says so, in turn with the records. */
final class SteppedHistory implements HistoryStore {
  final KeptHistory durable = new KeptHistory();
  private final SteppedStore disk;
  private final ArrayDeque<Runnable> reads = new ArrayDeque<>();

  /** Whether reads are answered only when the test says so, with what is durable by then. */
  boolean readsWait;

  SteppedHistory(SteppedStore disk) {
    this.disk = disk;
  }

  @Override
  public Map<Place, Long> load() {
    return durable.load();
  }

  @Override
  public void keep(
      int partition, Key key, Record record, long until, long bucketEnd, PutCallback callback) {
    HistoryStore.check(until, bucketEnd);
    disk.submit(
        () -> durable.keep(partition, key, record, until, bucketEnd, new Unanswered()), callback);
  }

  /** What is durable, at once unless reads wait. */
  @Override
  public void read(Place place, byte[] from, int versionsMax, int bytesMax, ReadCallback callback) {
    reads.add(() -> durable.read(place, from, versionsMax, bytesMax, callback));
    if (!readsWait) {
      answerReads();
    }
  }

  void answerReads() {
    for (Runnable read = reads.poll(); read != null; read = reads.poll()) {
      read.run();
    }
  }

  @Override
  public void mark(Place place, long since, PutCallback callback) {
    disk.submit(() -> durable.mark(place, since, new Unanswered()), callback);
  }

  @Override
  public void forget(Place place, long bucketEnd, long since, PutCallback callback) {
    disk.submit(() -> durable.forget(place, bucketEnd, since, new Unanswered()), callback);
  }

  @Override
  public void clear(Place place, PutCallback callback) {
    disk.submit(() -> durable.clear(place, new Unanswered()), callback);
  }

  /** The disk tells the one that waits. */
  private static final class Unanswered implements PutCallback {
    @Override
    public void stored() {}

    @Override
    public void failed(StorageFault fault) {
      throw new AssertionError(fault.message());
    }
  }
}
