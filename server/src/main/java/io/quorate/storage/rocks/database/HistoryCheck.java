package io.quorate.storage.rocks.database;

import io.quorate.storage.rocks.files.Manifest;
import io.quorate.storage.rocks.files.SuspectMark;
import io.quorate.storage.rocks.files.TableCheck;
import java.io.IOException;
import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * Looks, when a directory is opened, whether the history can be damaged. It may be large, so it is
 * not read for that, unless something else in the database could not be read, or may be the reason
 * for which writes have ended. Where it is damaged it begins again: a compaction that came upon the
 * damage would end all writes, and records are not concerned.
 *
 * <p>The marks go first, durably, and with them all that is said of what is kept.
 */
final class HistoryCheck {
  private HistoryCheck() {}

  /**
   * Begins the history again if it is damaged.
   *
   * @param tables of the database when it was opened; newer ones were written a moment ago
   */
  static void run(Database database, List<Manifest.Table> tables)
      throws RocksDBException, IOException {
    SuspectMark mark = SuspectMark.ofHistory(database.directory());
    if (mark.isThere() || isDamaged(database, tables)) {
      beginAgain(database);
    }
    mark.clear();
  }

  private static boolean isDamaged(Database database, List<Manifest.Table> tables) {
    String name = Family.HISTORY.familyName();
    List<Manifest.Table> ofHistory =
        tables.stream().filter(table -> table.family().equals(name)).toList();
    return database.isSuspect()
        && !TableCheck.areWhole(database.directory().resolve("db"), ofHistory);
  }

  /** Takes all away that is kept, and all marks. */
  static void beginAgain(Database database) throws RocksDBException {
    HistoryMarks.forgetAll(database);
    database.beginAnew(Family.HISTORY);
  }

  /**
   * Creates the family where there is none: a release wrote the directory that knew none, or the
   * process died while the family was replaced, or it was lost.
   */
  static void addFamily(Database database) throws RocksDBException {
    HistoryMarks.forgetAll(database);
    database.add(Family.HISTORY);
  }
}
