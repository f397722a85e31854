package io.quorate.sim.scenario;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk that remembers, by partition, the newest version that was ever taken off it, and lets
 * nothing older onto it from then on. For a mutant.
 */
record WatermarkStorage(Storage real) implements PassingStorage {
  @Override
  public RecordStore records(Lane lane) {
    return new Watermarked(real.records(lane));
  }

  private static final class Watermarked implements PassingRecords {
    private final RecordStore real;
    private final Map<Integer, Long> watermarks = new TreeMap<>();

    Watermarked(RecordStore real) {
      this.real = real;
    }

    @Override
    public RecordStore real() {
      return real;
    }

    @Override
    public void put(int partition, Key key, Record record, PutCallback durable) {
      if (record.version().hlc() <= watermarks.getOrDefault(partition, 0L)) {
        durable.stored();
      } else {
        real.put(partition, key, record, durable);
      }
    }

    @Override
    public void remove(int partition, Key key, PutCallback durable) {
      real.get(
          partition,
          key,
          new GetCallback() {
            @Override
            public void found(@Nullable Record record) {
              if (record != null) {
                watermarks.merge(partition, record.version().hlc(), Math::max);
              }
              real.remove(partition, key, durable);
            }

            @Override
            public void failed(StorageFault fault) {
              durable.failed(fault);
            }
          });
    }
  }
}
