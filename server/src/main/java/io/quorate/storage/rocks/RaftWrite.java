package io.quorate.storage.rocks;

import io.quorate.storage.RaftStore.Change;
import io.quorate.storage.RaftStore.HardState;
import io.quorate.storage.RaftStore.LogEntry;
import io.quorate.storage.RaftStore.Snapshot;
import io.quorate.storage.RecordStore.PutCallback;
import io.quorate.storage.rocks.format.RaftKey;
import io.quorate.storage.rocks.format.RaftValue;
import io.quorate.storage.rocks.writer.Write;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * A change of Raft's state on its way to disk.
 *
 * @param truncates whether the log may reach past the first of the entries
 */
record RaftWrite(
    ColumnFamilyHandle family, RaftKey keys, Change change, boolean truncates, PutCallback callback)
    implements Write {
  static final int CHUNK_BYTES = 1 << 20;
  private static final long OVERHEAD_BYTES = 32;

  @Override
  public void addTo(WriteBatch batch) throws RocksDBException {
    HardState hardState = change.hardState();
    if (hardState != null) {
      batch.put(family, keys.hardState(), RaftValue.of(hardState));
    }
    Snapshot snapshot = change.snapshot();
    if (snapshot != null) {
      addSnapshot(batch, snapshot);
    }
    if (truncates && !change.entries().isEmpty()) {
      long first = change.entries().getFirst().index();
      batch.deleteRange(family, keys.entry(first), keys.entriesEnd());
    }
    for (LogEntry entry : change.entries()) {
      batch.put(family, keys.entry(entry.index()), RaftValue.of(entry));
    }
  }

  /**
   * Else a machine that lost power would give a second vote, or miss an entry that counts as
   * committed because of it, which no other member sends again in this term.
   */
  @Override
  public boolean mustBeSynced() {
    return true;
  }

  private void addSnapshot(WriteBatch batch, Snapshot snapshot) throws RocksDBException {
    byte[] payload = snapshot.payload();
    batch.put(
        family,
        keys.snapshot(),
        RaftValue.of(new RaftValue.Head(snapshot.index(), snapshot.term(), payload.length)));
    batch.deleteRange(family, keys.chunk(0), keys.chunksEnd());
    for (int at = 0, number = 0; at < payload.length; at += CHUNK_BYTES, number++) {
      int end = Math.min(payload.length, at + CHUNK_BYTES);
      batch.put(family, keys.chunk(number), Arrays.copyOfRange(payload, at, end));
    }
    byte[] keepFrom =
        change.keepEntriesAfterSnapshot() ? keys.entry(snapshot.index() + 1) : keys.entriesEnd();
    batch.deleteRange(family, keys.entry(0), keepFrom);
  }

  @Override
  public long bytes() {
    Snapshot snapshot = change.snapshot();
    long bytes = OVERHEAD_BYTES + (snapshot == null ? 0 : snapshot.payload().length);
    for (LogEntry entry : change.entries()) {
      bytes += OVERHEAD_BYTES + entry.payload().length;
    }
    return bytes;
  }
}
