package io.quorate.storage.rocks;

import io.quorate.storage.RaftStore;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.rocks.database.Database;
import io.quorate.storage.rocks.database.Family;
import io.quorate.storage.rocks.files.Inventory;
import io.quorate.storage.rocks.format.MalformedValueException;
import io.quorate.storage.rocks.format.RaftKey;
import io.quorate.storage.rocks.format.RaftValue;
import io.quorate.storage.rocks.writer.LaneWrites;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** Raft's state in family {@code raft}; keys as {@link RaftKey} says. */
final class RocksRaftStore implements RaftStore {
  private final Database database;
  private final RaftKey keys;
  private final LaneWrites writes;

  /** The log on disk, with what was handed in, does not reach past this. */
  private long lastIndexMax = Long.MAX_VALUE;

  RocksRaftStore(Database database, RaftKey keys, LaneWrites writes) {
    this.database = database;
    this.keys = keys;
    this.writes = writes;
  }

  @Override
  public Image load() {
    try {
      HardState hardState = loadHardState();
      Snapshot snapshot = loadSnapshot();
      List<LogEntry> entries = loadEntries(snapshot);
      long snapshotIndex = snapshot == null ? 0 : snapshot.index();
      lastIndexMax = entries.isEmpty() ? snapshotIndex : entries.getLast().index();
      return new Image(hardState, snapshot, entries);
    } catch (RocksDBException failure) {
      throw new StorageOpenException(
          "the Raft state in %s cannot be read: %s.%s"
              .formatted(database.directory(), failure.getMessage(), Inventory.WHAT_TO_DO),
          failure);
    }
  }

  @Override
  public void save(Change change, PutCallback durable) {
    boolean truncates = false;
    if (!change.entries().isEmpty()) {
      truncates = change.entries().getFirst().index() <= lastIndexMax;
      lastIndexMax = change.entries().getLast().index();
    }
    writes.add(new RaftWrite(family(), keys, change, truncates, durable));
  }

  private HardState loadHardState() throws RocksDBException {
    byte[] stored = database.db().get(family(), keys.hardState());
    if (stored == null) {
      return HardState.INITIAL;
    }
    try {
      return RaftValue.hardState(stored);
    } catch (MalformedValueException malformed) {
      throw damaged("its term and vote have " + malformed.getMessage());
    }
  }

  private @Nullable Snapshot loadSnapshot() throws RocksDBException {
    byte[] stored = database.db().get(family(), keys.snapshot());
    if (stored == null) {
      return null;
    }
    RaftValue.Head head;
    try {
      head = RaftValue.head(stored);
    } catch (MalformedValueException malformed) {
      throw damaged("the head of its snapshot has " + malformed.getMessage());
    }
    // What is there decides how much memory is taken, not what the head says.
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    for (int number = 0; payload.size() < head.payloadBytes(); number++) {
      byte[] chunk = database.db().get(family(), keys.chunk(number));
      if (chunk == null
          || chunk.length == 0
          || chunk.length > head.payloadBytes() - payload.size()) {
        throw damaged("snapshot at index " + head.index() + " is incomplete");
      }
      payload.writeBytes(chunk);
    }
    return new Snapshot(head.index(), head.term(), payload.toByteArray());
  }

  private List<LogEntry> loadEntries(@Nullable Snapshot snapshot) throws RocksDBException {
    List<LogEntry> entries = new ArrayList<>();
    long before = snapshot == null ? 0 : snapshot.index();
    try (RocksIterator each = database.db().newIterator(family())) {
      for (each.seek(keys.entry(0)); each.isValid(); each.next()) {
        if (!keys.isEntry(each.key())) {
          break;
        }
        long index = keys.indexOf(each.key());
        if (index != before + 1) {
          throw damaged("entry " + index + " of the log follows " + before);
        }
        try {
          entries.add(RaftValue.entry(index, each.value()));
        } catch (MalformedValueException malformed) {
          throw damaged("entry %d of the log has %s".formatted(index, malformed.getMessage()));
        }
        before = index;
      }
      each.status();
    }
    return entries;
  }

  private StorageOpenException damaged(String what) {
    return new StorageOpenException(
        "the Raft state in %s is damaged: %s. A node must not vote or serve without it.%s"
            .formatted(database.directory(), what, Inventory.WHAT_TO_DO));
  }

  private ColumnFamilyHandle family() {
    return database.family(Family.RAFT);
  }
}
