package io.quorate.sim.mutant;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** A disk that shows nothing where it cannot read. For a mutant. */
record BlindStorage(Storage real) implements PassingStorage {
  @Override
  public RecordStore records(Lane lane) {
    return new BlindRecords(real.records(lane));
  }

  private record BlindRecords(RecordStore real) implements PassingRecords {
    @Override
    public void get(int partition, Key key, GetCallback callback) {
      real.get(
          partition,
          key,
          new GetCallback() {
            @Override
            public void found(@Nullable Record record) {
              callback.found(record);
            }

            @Override
            public boolean isWanted() {
              return callback.isWanted();
            }

            @Override
            public void notRead() {
              callback.notRead();
            }

            @Override
            public void failed(StorageFault fault) {
              if (fault.kind() == StorageFault.Kind.CORRUPT) {
                callback.found(null);
              } else {
                callback.failed(fault);
              }
            }
          });
    }

    @Override
    public void onUnreadable(int partitions, IntConsumer watcher) {}

    @Override
    public void scan(Range range, ScanCallback callback) {
      real.scan(
          range,
          new ScanCallback() {
            @Override
            public void page(Page page) {
              callback.page(page);
            }

            @Override
            public void failed(StorageFault fault) {
              if (fault.kind() == StorageFault.Kind.CORRUPT) {
                callback.page(new Page(List.of(), true));
              } else {
                callback.failed(fault);
              }
            }
          });
    }
  }
}
