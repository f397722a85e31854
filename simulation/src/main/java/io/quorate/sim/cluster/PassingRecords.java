package io.quorate.sim.cluster;

import io.quorate.model.Key;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Records that are those of another store, for tests that falsify or count a part of it. */
public interface PassingRecords extends RecordStore {
  /** The other one. */
  RecordStore real();

  @Override
  default void get(int partition, Key key, GetCallback callback) {
    real().get(partition, key, callback);
  }

  @Override
  default void put(int partition, Key key, Record record, PutCallback durable) {
    real().put(partition, key, record, durable);
  }

  @Override
  default void remove(int partition, Key key, PutCallback durable) {
    real().remove(partition, key, durable);
  }

  @Override
  default void drop(int partition, PutCallback durable) {
    real().drop(partition, durable);
  }

  @Override
  default void bytes(
      List<Integer> partitions, List<Integer> tenants, Consumer<long @Nullable []> callback) {
    real().bytes(partitions, tenants, callback);
  }

  @Override
  default void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
    real().tenants(partition, callback);
  }

  @Override
  default void onUnreadable(int partitions, IntConsumer watcher) {
    real().onUnreadable(partitions, watcher);
  }

  @Override
  default void scan(Range range, ScanCallback callback) {
    real().scan(range, callback);
  }

  @Override
  default Image image() {
    return real().image();
  }

  @Override
  default HistoryStore history() {
    return real().history();
  }
}
