package io.quorate.storage.rocks.files;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileReader;

/** Finds the table files that RocksDB cannot read, once it has said that there are some. */
public final class TableCheck {
  private TableCheck() {}

  /** Whether table files are there and without damage. Reads all of them. */
  public static boolean areWhole(Path db, List<Manifest.Table> tables) {
    try (Options options = new Options()) {
      for (Manifest.Table table : tables) {
        try (SstFileReader reader = new SstFileReader(options)) {
          reader.open(db.resolve(table.fileName()).toString());
          reader.verifyChecksum();
        } catch (RocksDBException unreadable) {
          return false;
        }
      }
    }
    return true;
  }

  /** Those that cannot be opened. */
  public static List<Manifest.Table> unreadable(Path db, List<Manifest.Table> tables) {
    List<Manifest.Table> found = new ArrayList<>();
    try (Options options = new Options()) {
      for (Manifest.Table table : tables) {
        try (SstFileReader reader = new SstFileReader(options)) {
          reader.open(db.resolve(table.fileName()).toString());
        } catch (RocksDBException unreadable) {
          found.add(table);
        }
      }
    }
    return found;
  }
}
