package io.quorate.storage.memory;

import io.quorate.storage.NoteStore.Marks;
import io.quorate.version.Version;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Notes of a disk in memory, with their marks. */
final class DurableNotes {
  private final TreeMap<Integer, TreeSet<Version>> notes = new TreeMap<>();
  private final TreeMap<Integer, Marks> marks = new TreeMap<>();

  void add(int partition, Version version) {
    notes.computeIfAbsent(partition, first -> new TreeSet<>()).add(version);
  }

  boolean contains(int partition, Version version) {
    return of(partition).contains(version);
  }

  Set<Version> of(int partition) {
    return notes.getOrDefault(partition, new TreeSet<>());
  }

  Map<Integer, Marks> marks() {
    return new TreeMap<>(marks);
  }

  void setFloor(int partition, long floor) {
    marks.put(partition, new Marks(floor, marks(partition).ceiling()));
  }

  void setCeiling(int partition, long ceiling) {
    marks.put(partition, new Marks(marks(partition).floor(), ceiling));
  }

  private Marks marks(int partition) {
    return marks.getOrDefault(partition, Marks.NONE);
  }

  void forget(Write.ForgetNotes write) {
    of(write.partition())
        .removeIf(version -> Long.compareUnsigned(version.hlc(), write.upTo()) <= 0);
    setFloor(write.partition(), write.floor());
  }
}
