package io.quorate.storage;

import io.quorate.model.Key;
import io.quorate.version.Record;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads some keys of a store that has no better way. */
final class OneByOne {
  private final List<Key> keys;
  private final RecordStore.GetAllCallback callback;
  private final List<@Nullable Record> records;
  private @Nullable StorageFault fault;
  private int awaited;

  OneByOne(List<Key> keys, RecordStore.GetAllCallback callback) {
    this.keys = keys;
    this.callback = callback;
    this.records = new ArrayList<>(keys.size());
    keys.forEach(key -> records.add(null));
    // One more than there are, so that it cannot end before all have been asked for.
    this.awaited = 1 + keys.size();
  }

  void read(RecordStore store, int partition) {
    for (int i = 0; i < keys.size(); i++) {
      int place = i;
      store.get(
          partition,
          keys.get(i),
          new RecordStore.GetCallback() {
            @Override
            public void found(@Nullable Record record) {
              records.set(place, record);
              ended();
            }

            @Override
            public void failed(StorageFault why) {
              fault = why;
              ended();
            }
          });
    }
    ended();
  }

  private void ended() {
    awaited--;
    if (awaited > 0) {
      return;
    }
    if (fault == null) {
      callback.found(records);
    } else {
      callback.failed(fault);
    }
  }
}
