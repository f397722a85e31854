package io.quorate.replication.replica;

import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.version.Version;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A bug: only notes of this start of the process are looked for. The marks are durable. */
final class ForgetfulNotes implements NoteStore {
  private final NoteStore real;
  private final TreeMap<Integer, TreeSet<Version>> notes = new TreeMap<>();

  ForgetfulNotes(NoteStore real) {
    this.real = real;
  }

  private Set<Version> notes(int partition) {
    return notes.computeIfAbsent(partition, first -> new TreeSet<>());
  }

  @Override
  public Map<Integer, Marks> load() {
    return real.load();
  }

  @Override
  public void note(int partition, Version version, PutCallback durable) {
    notes(partition).add(version);
    real.note(partition, version, durable);
  }

  @Override
  public void look(int partition, Version version, LookCallback callback) {
    callback.found(notes(partition).contains(version));
  }

  @Override
  public void setFloor(int partition, long floor, PutCallback durable) {
    real.setFloor(partition, floor, durable);
  }

  @Override
  public void setCeiling(int partition, long ceiling, PutCallback durable) {
    real.setCeiling(partition, ceiling, durable);
  }

  @Override
  public void forget(int partition, long upTo, long floor, PutCallback durable) {
    notes(partition).removeIf(version -> Long.compareUnsigned(version.hlc(), upTo) <= 0);
    real.forget(partition, upTo, floor, durable);
  }
}
