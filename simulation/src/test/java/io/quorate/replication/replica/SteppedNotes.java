package io.quorate.replication.replica;

import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.version.Version;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Notes of one partition that are synced, and looked for, only when the test says so. */
final class SteppedNotes implements NoteStore {
  final TreeSet<Version> durable = new TreeSet<>();
  final ArrayDeque<Runnable> looks = new ArrayDeque<>();
  private final SteppedStore disk;
  Marks marks = Marks.NONE;
  boolean looksFail;

  SteppedNotes(SteppedStore disk) {
    this.disk = disk;
  }

  @Override
  public Map<Integer, Marks> load() {
    return marks.equals(Marks.NONE) ? Map.of() : new TreeMap<>(Map.of(0, marks));
  }

  @Override
  public void note(int partition, Version version, PutCallback callback) {
    disk.submit(() -> durable.add(version), callback);
  }

  @Override
  public void look(int partition, Version version, LookCallback callback) {
    looks.add(
        () -> {
          if (looksFail) {
            callback.failed(new StorageFault(StorageFault.Kind.CORRUPT, "wrong checksum"));
          } else {
            callback.found(durable.contains(version));
          }
        });
  }

  @Override
  public void setFloor(int partition, long floor, PutCallback callback) {
    disk.submit(() -> marks = new Marks(floor, marks.ceiling()), callback);
  }

  @Override
  public void setCeiling(int partition, long ceiling, PutCallback callback) {
    disk.submit(() -> marks = new Marks(marks.floor(), ceiling), callback);
  }

  @Override
  public void forget(int partition, long upTo, long floor, PutCallback callback) {
    disk.submit(
        () -> {
          durable.removeIf(version -> Long.compareUnsigned(version.hlc(), upTo) <= 0);
          marks = new Marks(floor, marks.ceiling());
        },
        callback);
  }

  void answerLooks() {
    for (Runnable look = looks.poll(); look != null; look = looks.poll()) {
      look.run();
    }
  }
}
