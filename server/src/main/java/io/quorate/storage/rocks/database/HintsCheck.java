package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.quorate.storage.StorageFault.Kind;
import io.quorate.storage.rocks.format.HintKey;
import java.util.List;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;

/**
 * Reads all that is owed to other nodes when a directory is opened. Where some of it is damaged, or
 * is no hint at all, a family is begun again: a compaction that came upon the damage would end all
 * writes, and what other nodes lack is found by comparing as well. That something was lost is noted
 * before it is taken away, and stays noted until the node has marked for repair all that the lost
 * hints may have been.
 */
public final class HintsCheck {
  /** Under it lies, in {@link Family#META}, why hints were lost. */
  public static final byte[] LOST = "hints_lost".getBytes(UTF_8);

  private static final List<Family> FAMILIES = List.of(Family.HINTS, Family.DEAD_LETTERS);

  private HintsCheck() {}

  /** Whether this is the name of a family that is begun again where it is damaged. */
  static boolean isChecked(String name) {
    return FAMILIES.stream().anyMatch(family -> family.familyName().equals(name));
  }

  public static void run(Database database) throws RocksDBException {
    for (Family family : FAMILIES) {
      try {
        readAll(database, family);
      } catch (RocksDBException failure) {
        if (Faults.of("reading hints", failure).kind() != Kind.CORRUPT) {
          throw failure;
        }
        database.meta(LOST, String.valueOf(failure.getMessage()).getBytes(UTF_8));
        database.beginAnew(family);
      }
    }
  }

  private static void readAll(Database database, Family family) throws RocksDBException {
    try (ReadOptions once = new ReadOptions().setFillCache(false);
        RocksIterator each = database.db().newIterator(database.family(family), once)) {
      each.seekToFirst();
      while (each.isValid()) {
        if (!isWellFormed(family, each)) {
          throw new RocksDBException(
              "a key of %d bytes in %s is not the key of a hint"
                  .formatted(each.key().length, family.familyName()),
              new Status(Status.Code.Corruption, Status.SubCode.None, null));
        }
        each.next();
      }
      each.status();
    }
  }

  private static boolean isWellFormed(Family family, RocksIterator each) {
    return family == Family.HINTS
        ? HintKey.isWellFormed(each.key())
        : HintKey.isDeadLetter(each.key(), each.value());
  }
}
