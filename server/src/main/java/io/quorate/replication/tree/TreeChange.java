package io.quorate.replication.tree;

import io.quorate.model.Key;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What becomes different of the trees of a partition when a record takes the place of another one.
 * Used again for the next: each write has one.
 */
final class TreeChange {
  /** How many {@link #writeTo} writes at most. */
  static final int BYTES_MAX = 1 + 2 * Integer.BYTES + Short.BYTES + 3 * Long.BYTES;

  private static final int OLD = 1;
  private static final int PURGEABLE = 1 << 1;
  private static final int RECORDS_AT = 2;
  private static final int KEYS_AT = 4;
  private static final int TOMBSTONES_AT = 6;
  private static final int SIGN = 3;

  int partition;
  int tenant;
  int leaf;

  /** What the leaf of the tree of all records differs by. */
  long all;

  /** The same of the tree of what is reported to a purge. */
  long old;

  /** These three are -1, 0 or 1. */
  int records;

  int keys;
  int tombstones;

  /** From when on a purge may find something that was not there before. */
  long purgeableFromMillis;

  /**
   * A record takes the place of another under a key; null stands for no record.
   *
   * @param promised of the purge that is open; 0 while none is
   */
  void set(
      int ofPartition,
      long promised,
      RecordModel model,
      Key key,
      @Nullable RecordHeader before,
      @Nullable RecordHeader after) {
    partition = ofPartition;
    tenant = key.tenant();
    long keyHash = RecordHash.ofKey(key);
    leaf = HashTree.leafOf(keyHash);
    all = RecordHash.of(keyHash, before) ^ RecordHash.of(keyHash, after);
    old =
        promised == 0
            ? 0
            : RecordHash.of(keyHash, reported(model, before, promised))
                ^ RecordHash.of(keyHash, reported(model, after, promised));
    records = (after == null ? 0 : 1) - (before == null ? 0 : 1);
    keys = (isKey(after) ? 1 : 0) - (isKey(before) ? 1 : 0);
    boolean was = before != null && model.purgeableFromMillis(before) != Long.MAX_VALUE;
    purgeableFromMillis = after == null ? Long.MAX_VALUE : model.purgeableFromMillis(after);
    tombstones = (purgeableFromMillis == Long.MAX_VALUE ? 0 : 1) - (was ? 1 : 0);
  }

  private static boolean isKey(@Nullable RecordHeader record) {
    return record != null && !record.isTombstone();
  }

  private static @Nullable RecordHeader reported(
      RecordModel model, @Nullable RecordHeader record, long promised) {
    return record == null ? null : model.reported(record, promised);
  }

  /** Whether all stays as it is. */
  boolean isNothing() {
    return all == 0
        && old == 0
        && records == 0
        && keys == 0
        && tombstones == 0
        && purgeableFromMillis == Long.MAX_VALUE;
  }

  void writeTo(ByteBuffer bytes) {
    int flags =
        (old == 0 ? 0 : OLD)
            | (purgeableFromMillis == Long.MAX_VALUE ? 0 : PURGEABLE)
            | (records + 1) << RECORDS_AT
            | (keys + 1) << KEYS_AT
            | (tombstones + 1) << TOMBSTONES_AT;
    bytes.put((byte) flags).putInt(partition).putInt(tenant).putShort((short) leaf).putLong(all);
    if (old != 0) {
      bytes.putLong(old);
    }
    if (purgeableFromMillis != Long.MAX_VALUE) {
      bytes.putLong(purgeableFromMillis);
    }
  }

  /**
   * Reads what was written.
   *
   * @return whether it is that
   * @throws java.nio.BufferUnderflowException if it is not all there
   */
  boolean read(ByteBuffer bytes) {
    int flags = Byte.toUnsignedInt(bytes.get());
    partition = bytes.getInt();
    tenant = bytes.getInt();
    leaf = Short.toUnsignedInt(bytes.getShort());
    all = bytes.getLong();
    old = (flags & OLD) == 0 ? 0 : bytes.getLong();
    purgeableFromMillis = (flags & PURGEABLE) == 0 ? Long.MAX_VALUE : bytes.getLong();
    records = (flags >> RECORDS_AT & SIGN) - 1;
    keys = (flags >> KEYS_AT & SIGN) - 1;
    tombstones = (flags >> TOMBSTONES_AT & SIGN) - 1;
    return leaf < HashTree.LEAVES
        && partition >= 0
        && Math.max(records, Math.max(keys, tombstones)) <= 1
        && !bytes.hasRemaining();
  }
}
