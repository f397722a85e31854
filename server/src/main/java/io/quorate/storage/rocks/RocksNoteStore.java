package io.quorate.storage.rocks;

import io.quorate.runtime.Lane;
import io.quorate.storage.NoteStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageFault;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.database.Faults;
import io.quorate.storage.rocks.database.NoteMarks;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.format.NoteKey;
import io.quorate.storage.rocks.writer.FamilyPut;
import io.quorate.storage.rocks.writer.LaneWrites;
import io.quorate.storage.rocks.writer.MarkedRemoval;
import io.quorate.version.Version;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;

/** Notes under {@link NoteKey}, and their {@link NoteMarks}. */
final class RocksNoteStore implements NoteStore {
  private static final byte[] NOTHING = {};
  private static final Found NOTED = new Found(true, null);
  private static final Found NOT_NOTED = new Found(false, null);

  private final Database database;
  private final ColumnFamilyHandle notes;
  private final ColumnFamilyHandle meta;
  private final Lane lane;
  private final LaneWrites writes;
  private final Readers readers;
  private final ReadOptions cached;
  private final ReadOptions anywhere;

  RocksNoteStore(
      Database database,
      Lane lane,
      LaneWrites writes,
      Readers readers,
      ReadOptions cached,
      ReadOptions anywhere) {
    this.database = database;
    this.notes = database.family(Family.NOTES);
    this.meta = database.family(Family.META);
    this.lane = lane;
    this.writes = writes;
    this.readers = readers;
    this.cached = cached;
    this.anywhere = anywhere;
  }

  @Override
  public Map<Integer, Marks> load() {
    try {
      return NoteMarks.load(database);
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "what this node remembers of the versions it was offered cannot be read in %s: %s.%s"
              .formatted(database.directory(), failure.getMessage(), Inventory.WHAT_TO_DO),
          failure);
    }
  }

  @Override
  public void note(int partition, Version version, PutCallback durable) {
    writes.add(new FamilyPut(notes, NoteKey.of(partition, version), NOTHING, durable));
  }

  @Override
  public void setFloor(int partition, long floor, PutCallback durable) {
    writes.add(new FamilyPut(meta, NoteMarks.floor(partition), NoteMarks.value(floor), durable));
  }

  @Override
  public void setCeiling(int partition, long ceiling, PutCallback durable) {
    writes.add(
        new FamilyPut(meta, NoteMarks.ceiling(partition), NoteMarks.value(ceiling), durable));
  }

  @Override
  public void forget(int partition, long upTo, long floor, PutCallback durable) {
    writes.add(
        new MarkedRemoval(
            notes,
            NoteKey.from(partition),
            NoteKey.past(partition, upTo),
            new FamilyPut(meta, NoteMarks.floor(partition), NoteMarks.value(floor), durable)));
  }

  @Override
  public void look(int partition, Version version, LookCallback callback) {
    byte[] key = NoteKey.of(partition, version);
    Found found = look(key, cached);
    if (found != null) {
      found.tell(callback);
    } else if (!readers.run(() -> lookThere(key, callback))) {
      callback.failed(Faults.CLOSED);
    }
  }

  private void lookThere(byte[] key, LookCallback callback) {
    Found found = look(key, anywhere);
    Found answer = found == null ? Found.HALF_WAY : found;
    lane.execute(() -> answer.tell(callback));
  }

  /** Looks where the options say; null if they say memory, and it may be on disk. */
  private @Nullable Found look(byte[] key, ReadOptions where) {
    if (!database.gate().enter()) {
      return new Found(false, Faults.CLOSED);
    }
    try {
      return database.db().get(notes, where, key) == null ? NOT_NOTED : NOTED;
    } catch (RocksDBException failure) {
      return Faults.isIncomplete(failure)
          ? null
          : new Found(false, Faults.of("looking for a version that was offered", failure));
    } finally {
      database.gate().leave();
    }
  }

  /** What was found: a note, none, or a fault. */
  private record Found(boolean noted, @Nullable StorageFault fault) {
    static final Found HALF_WAY =
        new Found(false, new StorageFault(StorageFault.Kind.FAILED, "reading stopped half-way"));

    void tell(LookCallback callback) {
      if (fault == null) {
        callback.found(noted);
      } else {
        callback.failed(fault);
      }
    }
  }
}
