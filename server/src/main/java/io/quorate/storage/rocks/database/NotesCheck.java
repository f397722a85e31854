package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.NoteStore.Marks;
import io.quorate.storage.StorageFault.Kind;
import io.quorate.storage.rocks.format.NoteKey;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Reads all notes when a directory is opened. Where some are damaged all are forgotten, and the
 * floor of each partition says so: a compaction that came upon the damage would end all writes.
 */
public final class NotesCheck {
  /**
   * Lies in {@link Family#META} while there is a family of notes. Without the key the family is
   * created when a directory is opened: releases before 0.2 had none, and a process may die while
   * the family is replaced. With the key, a family that is not there was lost.
   */
  public static final byte[] CREATED = "notes/created".getBytes(UTF_8);

  private static final byte[] NOTHING = {};

  private NotesCheck() {}

  /** Whether a database without notes has lost them. */
  public static boolean mustBeThere(Database database) throws RocksDBException {
    return database.meta(CREATED) != null;
  }

  public static void run(Database database) throws RocksDBException {
    boolean damaged = database.lacksTables();
    try {
      readAll(database);
    } catch (RocksDBException failure) {
      if (Faults.of("reading notes", failure).kind() != Kind.CORRUPT) {
        throw failure;
      }
      damaged = true;
    }
    if (damaged) {
      forgetAll(database);
      database.beginAnew(Family.NOTES);
    }
    if (!mustBeThere(database)) {
      database.meta(CREATED, NOTHING);
    }
  }

  private static void readAll(Database database) throws RocksDBException {
    try (ReadOptions once = new ReadOptions().setFillCache(false);
        RocksIterator each = database.db().newIterator(database.family(Family.NOTES), once)) {
      for (each.seekToFirst(); each.isValid(); each.next()) {
        if (!NoteKey.isWellFormed(each.key())) {
          throw new RocksDBException(
              "a key of %d bytes is not the key of a note".formatted(each.key().length),
              new Status(Status.Code.Corruption, Status.SubCode.None, null));
        }
      }
      each.status();
    }
  }

  /** Whatever was noted lies up to the ceiling of its partition: that is the floor from now on. */
  private static void forgetAll(Database database) throws RocksDBException {
    ColumnFamilyHandle meta = database.family(Family.META);
    try (WriteOptions synced = new WriteOptions().setSync(true);
        WriteBatch batch = new WriteBatch()) {
      for (Map.Entry<Integer, Marks> each : NoteMarks.load(database).entrySet()) {
        long floor = each.getValue().floor();
        long ceiling = each.getValue().ceiling();
        if (Long.compareUnsigned(ceiling, floor) > 0) {
          batch.put(meta, NoteMarks.floor(each.getKey()), NoteMarks.value(ceiling));
        }
      }
      batch.delete(meta, CREATED);
      database.db().write(synced, batch);
    }
    database.synced(database.db().getLatestSequenceNumber());
  }
}
