package io.quorate.storage.memory;

import io.quorate.runtime.Lane;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Version;
import java.util.Map;

/** Notes on a disk in memory. */
final class MemoryNoteStore implements NoteStore {
  private static final int BYTES = 22;

  private final MemoryStorage storage;
  private final MemoryDisk disk;
  private final Lane lane;

  MemoryNoteStore(MemoryStorage storage, MemoryDisk disk, Lane lane) {
    this.storage = storage;
    this.disk = disk;
    this.lane = lane;
  }

  @Override
  public Map<Integer, Marks> load() {
    return disk.notes().marks();
  }

  @Override
  public void note(int partition, Version version, PutCallback durable) {
    submit(new Write.AddNote(partition, version), durable);
  }

  @Override
  public void setFloor(int partition, long floor, PutCallback durable) {
    submit(new Write.SetNoteFloor(partition, floor), durable);
  }

  @Override
  public void setCeiling(int partition, long ceiling, PutCallback durable) {
    submit(new Write.SetNoteCeiling(partition, ceiling), durable);
  }

  @Override
  public void forget(int partition, long upTo, long floor, PutCallback durable) {
    submit(new Write.ForgetNotes(partition, upTo, floor), durable);
  }

  private void submit(Write.Effect effect, PutCallback durable) {
    storage.submit(new Write(lane, effect, BYTES, durable));
  }

  @Override
  public void look(int partition, Version version, LookCallback callback) {
    if (storage.isCrashed()) {
      return;
    }
    if (storage.isClosed()) {
      callback.failed(MemoryStorage.CLOSED);
    } else if (storage.isCached()) {
      callback.found(disk.notes().contains(partition, version));
    } else {
      storage.later(lane, () -> disk.notes().contains(partition, version), callback::found);
    }
  }
}
