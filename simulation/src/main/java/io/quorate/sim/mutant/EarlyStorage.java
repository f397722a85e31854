package io.quorate.sim.mutant;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import java.util.HashMap;
import java.util.Map;

/** A disk that calls a record durable as soon as it is in memory. For a mutant. */
record EarlyStorage(Storage real) implements PassingStorage {
  @Override
  public RecordStore records(Lane lane) {
    return new EarlyRecords(real.records(lane));
  }

  private static final class EarlyRecords implements PassingRecords {
    private final RecordStore real;

    /** What was handed in during this life; looked up only. */
    private final Map<Key, Record> inMemory = new HashMap<>();

    EarlyRecords(RecordStore real) {
      this.real = real;
    }

    @Override
    public RecordStore real() {
      return real;
    }

    @Override
    public void get(int partition, Key key, GetCallback callback) {
      Record early = inMemory.get(key);
      if (early != null) {
        callback.found(early);
      } else {
        real.get(partition, key, callback);
      }
    }

    @Override
    public void put(int partition, Key key, Record record, PutCallback durable) {
      inMemory.put(key, record);
      real.put(partition, key, record, new Ignored());
      durable.stored();
    }

    @Override
    public void remove(int partition, Key key, PutCallback durable) {
      inMemory.remove(key);
      real.remove(partition, key, durable);
    }

    @Override
    public void drop(int partition, PutCallback durable) {
      inMemory.clear(); // what is durable by now is found there
      real.drop(partition, durable);
    }
  }

  private static final class Ignored implements RecordStore.PutCallback {
    @Override
    public void stored() {}

    @Override
    public void failed(StorageFault fault) {}

    @Override
    public String toString() {
      return "told too early";
    }
  }
}
