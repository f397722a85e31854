package io.quorate.storage.rocks.format;

import io.quorate.storage.crypt.ForgottenKeysException;
import io.quorate.storage.crypt.Keyring;
import io.quorate.version.MalformedRecordException;
import io.quorate.version.Record;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * What lies in the database in the place of a value: the value, or what it was encrypted to. All
 * below this, the write-ahead log included, has that alone; all above has the value alone.
 *
 * <p>A record is bound to its tenant and key, and not to its partition or family: {@code Renewal}
 * copies it as it is. One that was replaced is bound to its whole place but the partition. Hints
 * and notes hold keys and versions and no values, and are not encrypted.
 *
 * @param keyring null if values are written as they are
 * @param onAll whether all records were encrypted when the database was opened
 */
public record Seal(@Nullable Keyring keyring, boolean onAll) {
  private static final byte[] RECORD = {0, 1};
  private static final byte[] TREE = {0, 2};
  private static final byte[] KEPT = {0, 3};

  public boolean isOn() {
    return keyring != null;
  }

  /** Writer's thread only, as are all that make keys. */
  public byte[] close(byte[] dataKey, byte[] record) throws RocksDBException {
    return keyring == null ? record : close(DataKey.tenantOf(dataKey), place(dataKey), record);
  }

  /**
   * The record that lies in the database.
   *
   * @throws MalformedRecordException if it is none, was not encrypted for this key, or not at all
   *     though all are
   * @throws ForgottenKeysException if the keys of the tenant were forgotten since
   */
  public Record open(byte[] dataKey, byte[] stored) {
    if (onAll && !Keyring.isSealed(stored)) {
      throw notSealed(stored);
    }
    return Record.of(
        keyring == null || !Keyring.isSealed(stored)
            ? stored
            : keyring.open(DataKey.tenantOf(dataKey), place(dataKey), stored));
  }

  private static MalformedRecordException notSealed(byte[] stored) {
    return new MalformedRecordException(
        "a value of %d bytes that is not encrypted, as all are".formatted(stored.length));
  }

  /** What is to lie in the database in place of what does. */
  public byte[] renew(byte[] dataKey, byte[] stored, Record record) throws RocksDBException {
    return keyring == null || keyring.isCurrent(DataKey.tenantOf(dataKey), stored)
        ? stored
        : close(dataKey, record.bytes());
  }

  /** The same of a record that was replaced. */
  public byte[] closeKept(byte[] historyKey, byte[] record) throws RocksDBException {
    return keyring == null
        ? record
        : close(HistoryKey.tenantOf(historyKey), keptPlace(historyKey), record);
  }

  /**
   * The record that was replaced and lies in the database. Where values are encrypted, all of these
   * are: {@code HistoryCheck} takes those away that are not.
   *
   * @throws MalformedRecordException as {@link #open} does
   * @throws ForgottenKeysException likewise
   */
  public Record openKept(byte[] historyKey, byte[] stored) {
    if (keyring != null && !Keyring.isSealed(stored)) {
      throw notSealed(stored);
    }
    return Record.of(
        keyring == null
            ? stored
            : keyring.open(HistoryKey.tenantOf(historyKey), keptPlace(historyKey), stored));
  }

  public byte[] closeTree(byte[] treeKey, byte[] tree) throws RocksDBException {
    return keyring == null ? tree : close(Keyring.NODE, join(TREE, treeKey), tree);
  }

  /**
   * @throws MalformedRecordException if it was not encrypted for this partition
   */
  public byte[] openTree(byte[] treeKey, byte[] stored) {
    return keyring == null ? stored : keyring.open(Keyring.NODE, join(TREE, treeKey), stored);
  }

  /** Has the keys of some tenants forgotten. */
  public void forget(IntPredicate tenants) throws RocksDBException {
    if (keyring != null) {
      try {
        keyring.forget(tenants);
      } catch (IOException failure) {
        throw failed("forgetting keys of tenants", failure);
      }
    }
  }

  private byte[] close(int tenant, byte[] place, byte[] value) throws RocksDBException {
    if (keyring == null) {
      return value;
    }
    try {
      return keyring.seal(tenant, place, value);
    } catch (IOException failure) {
      throw failed("making a key for tenant " + tenant + " durable", failure);
    }
  }

  private static RocksDBException failed(String what, IOException failure) {
    Status.SubCode why =
        String.valueOf(failure.getMessage()).contains("No space left")
            ? Status.SubCode.NoSpace
            : Status.SubCode.None;
    return new RocksDBException(what + ": " + failure, new Status(Status.Code.IOError, why, null));
  }

  private static byte[] place(byte[] dataKey) {
    return overPartition(RECORD, dataKey);
  }

  private static byte[] keptPlace(byte[] historyKey) {
    return overPartition(KEPT, historyKey);
  }

  private static byte[] overPartition(byte[] kind, byte[] key) {
    byte[] place = key.clone();
    System.arraycopy(kind, 0, place, 0, kind.length);
    return place;
  }

  private static byte[] join(byte[] kind, byte[] key) {
    byte[] place = Arrays.copyOf(kind, kind.length + key.length);
    System.arraycopy(key, 0, place, kind.length, key.length);
    return place;
  }
}
