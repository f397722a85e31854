package io.quorate.storage;

import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Version;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Notes that are durable at once, before records that were handed in earlier. */
public final class KeptNotes implements NoteStore {
  private final TreeMap<Integer, TreeSet<Version>> notes = new TreeMap<>();
  private final TreeMap<Integer, Marks> marks = new TreeMap<>();

  @Override
  public Map<Integer, Marks> load() {
    return new TreeMap<>(marks);
  }

  @Override
  public void note(int partition, Version version, PutCallback durable) {
    notes.computeIfAbsent(partition, first -> new TreeSet<>()).add(version);
    durable.stored();
  }

  @Override
  public void look(int partition, Version version, LookCallback callback) {
    callback.found(notes.getOrDefault(partition, new TreeSet<>()).contains(version));
  }

  @Override
  public void setFloor(int partition, long floor, PutCallback durable) {
    marks.merge(partition, new Marks(floor, 0), (was, next) -> new Marks(floor, was.ceiling()));
    durable.stored();
  }

  @Override
  public void setCeiling(int partition, long ceiling, PutCallback durable) {
    marks.merge(partition, new Marks(0, ceiling), (was, next) -> new Marks(was.floor(), ceiling));
    durable.stored();
  }

  @Override
  public void forget(int partition, long upTo, long floor, PutCallback durable) {
    notes
        .getOrDefault(partition, new TreeSet<>())
        .removeIf(version -> Long.compareUnsigned(version.hlc(), upTo) <= 0);
    setFloor(partition, floor, durable);
  }
}
