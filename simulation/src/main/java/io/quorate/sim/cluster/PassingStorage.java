package io.quorate.sim.cluster;

import io.quorate.runtime.Lane;
import io.quorate.storage.ArrivalStore;
import io.quorate.storage.DiskMarkStore;
import io.quorate.storage.HintStore;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StoreHealth;
import io.quorate.storage.TreeStore;

/** A disk that passes everything on to another one; subclasses falsify a part of it. */
public interface PassingStorage extends Storage {
  /** The other one. */
  Storage real();

  @Override
  default RecordStore records(Lane lane) {
    return real().records(lane);
  }

  @Override
  default HintStore hints(Lane lane) {
    return real().hints(lane);
  }

  @Override
  default TreeStore trees(Lane lane) {
    return real().trees(lane);
  }

  @Override
  default ArrivalStore arrivals(Lane lane) {
    return real().arrivals(lane);
  }

  @Override
  default NoteStore notes(Lane lane) {
    return real().notes(lane);
  }

  @Override
  default RaftStore raft(Lane lane) {
    return real().raft(lane);
  }

  @Override
  default DiskMarkStore diskMark(Lane lane) {
    return real().diskMark(lane);
  }

  @Override
  default RaftStore locks(Lane lane) {
    return real().locks(lane);
  }

  @Override
  default IdentityStore identity() {
    return real().identity();
  }

  @Override
  default StoreHealth health() {
    return real().health();
  }

  @Override
  default long queuedBytes() {
    return real().queuedBytes();
  }

  @Override
  default void close() {
    real().close();
  }
}
