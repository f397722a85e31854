package io.quorate.replication.repair;

import io.quorate.model.Key;
import io.quorate.storage.CopiedImage;
import io.quorate.storage.HistoryStore;
import io.quorate.storage.KeptHistory;
import io.quorate.storage.RecordStore;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Records of one partition in memory; every question is answered at once. */
final class SortedStore implements RecordStore {
  private final TreeMap<Key, Record> records = new TreeMap<>();
  private final KeptHistory history = new KeptHistory();

  @Override
  public void get(int partition, Key key, GetCallback callback) {
    callback.found(records.get(key));
  }

  @Override
  public void put(int partition, Key key, Record record, PutCallback durable) {
    records.put(key, record);
    durable.stored();
  }

  @Override
  public void remove(int partition, Key key, PutCallback durable) {
    records.remove(key);
    durable.stored();
  }

  @Override
  public void drop(int partition, PutCallback durable) {
    records.clear();
    history.drop(partition);
    durable.stored();
  }

  @Override
  public void tenants(int partition, Consumer<@Nullable List<Integer>> callback) {
    callback.accept(records.keySet().stream().map(Key::tenant).distinct().toList());
  }

  @Override
  public void onUnreadable(int partitions, IntConsumer watcher) {}

  @Override
  public void scan(Range range, ScanCallback callback) {
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<Key, Record> each :
        records
            .tailMap(new Key(range.tenant(), range.after()), range.after().length == 0)
            .entrySet()) {
      byte[] key = each.getKey().bytes();
      if (each.getKey().tenant() != range.tenant()) {
        break;
      }
      if (!range.keys().contains(key)) {
        continue;
      }
      if (entries.size() == range.recordsMax()) {
        callback.page(new Page(entries, false));
        return;
      }
      entries.add(new Entry(each.getKey(), each.getValue()));
    }
    callback.page(new Page(entries, true));
  }

  @Override
  public Image image() {
    SortedStore copy = new SortedStore();
    copy.records.putAll(records);
    return new CopiedImage(copy, history.copy());
  }

  @Override
  public HistoryStore history() {
    return history;
  }
}
