package io.quorate.storage.rocks.database;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.model.ByteFormat;
import io.quorate.storage.StorageListener;
import io.quorate.storage.StorageOpenException;
import io.quorate.storage.crypt.Keyring;
import io.quorate.storage.rocks.files.Inventory;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What a database says about encryption: its format says that there may be encrypted values, and a
 * mark in family {@code meta} that there are no others. Without the mark the records are written
 * again, by {@code Renewal}.
 */
public final class SealMark {
  /** Format of a directory that may hold encrypted values. */
  public static final int FORMAT = ByteFormat.ENCRYPTED_DATABASE.only();

  private static final byte[] ALL = "encrypted/all".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  private SealMark() {}

  /**
   * Compares what a database says with the keys that there are, and has it say that values are
   * encrypted before the first one is.
   *
   * @param keyring null if values are not encrypted
   * @param untouched whether values are neither read nor written
   * @param listener told if histories are lost by that
   */
  public static void check(
      Database database, @Nullable Keyring keyring, boolean untouched, StorageListener listener)
      throws RocksDBException, IOException {
    Integer format = database.format();
    boolean mayBeSealed = format != null && format == FORMAT;
    if (keyring == null) {
      if (mayBeSealed && !untouched) {
        throw Keyring.areEncrypted(database.directory());
      }
      return;
    }
    if (mayBeSealed && !keyring.isOnDisk()) {
      throw new StorageOpenException(
          "file %s is missing, without which no encrypted value of this node can be read.%s"
              .formatted(keyring.path(), Inventory.WHAT_TO_DO));
    }
    keyring.begin();
    if (!mayBeSealed) {
      if (!database.isNew()) {
        takeAwayWhatIsNotRewritten(database, listener);
      }
      database.format(FORMAT);
    }
    if (database.isEmpty()) {
      setOnAll(database);
    }
  }

  private static void takeAwayWhatIsNotRewritten(Database database, StorageListener listener)
      throws RocksDBException {
    // Trees of the last stop are not encrypted, and not looked at again once the format is set.
    database.beginAnew(Family.TREES);
    // Nor are versions that were replaced, and nothing writes them again.
    if (HistoryMarks.areThere(database)) {
      listener.onRenewal(
          "histories begin again on this node, since what they kept is not encrypted: it is"
              + " deleted, and --as-of reaches back to this start and no further here");
    }
    HistoryCheck.beginAgain(database);
  }

  /** Whether all values are encrypted. */
  public static boolean isOnAll(Database database) throws RocksDBException {
    return database.meta(ALL) != null;
  }

  /** All values are encrypted, and durable. */
  public static void setOnAll(Database database) throws RocksDBException {
    database.meta(ALL, NOTHING);
  }
}
