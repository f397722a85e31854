package io.quorate.storage.rocks.format;

import io.quorate.model.Key;
import io.quorate.version.Version;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * Where a version that was replaced lies in family {@code history}: partition (2 bytes,
 * big-endian), tenant (4), end of its bucket in milliseconds (8), the key with 00 written as 00 FF,
 * 00 01, then hybrid time (8), hybrid time of what took its place (8), node (8), boot (4) and rank
 * (8). So the buckets of a tenant in a partition follow each other by time, within a bucket keys
 * follow each other as in {@link DataKey}, and versions of one key by time. Under it lies the
 * record.
 */
public final class HistoryKey {
  private static final int TENANT_AT = Short.BYTES;
  private static final int BUCKET_AT = TENANT_AT + Integer.BYTES;
  private static final int KEY_AT = BUCKET_AT + Long.BYTES;
  private static final int VERSION_BYTES = 4 * Long.BYTES + Integer.BYTES;
  private static final byte ESCAPED = (byte) 0xFF;
  private static final byte END = 1;

  private HistoryKey() {}

  public static byte[] of(int partition, Key key, Version version, long until, long bucketEnd) {
    byte[] from = from(partition, key.tenant(), bucketEnd, key.bytes());
    return ByteBuffer.allocate(from.length + VERSION_BYTES)
        .put(from)
        .putLong(version.hlc())
        .putLong(until)
        .putLong(version.node().value())
        .putInt(version.boot())
        .putLong(version.rank())
        .array();
  }

  /** The first place of a bucket of a tenant in a partition. */
  public static byte[] bucket(int partition, int tenant, long bucketEnd) {
    return ByteBuffer.allocate(KEY_AT)
        .putShort((short) partition)
        .putInt(tenant)
        .putLong(bucketEnd)
        .array();
  }

  /** The first place past a bucket, and past all that end before. */
  public static byte[] pastBucket(int partition, int tenant, long bucketEnd) {
    // As a number without a sign: no bucket ends below 0, so this is more.
    return bucket(partition, tenant, bucketEnd + 1);
  }

  /** The first place past all buckets of a tenant in a partition. */
  public static byte[] past(int partition, int tenant) {
    return bucket(partition, tenant, -1); // without a sign, again
  }

  /** The first place of a key in a bucket: what comes before all of its versions. */
  public static byte[] from(int partition, int tenant, long bucketEnd, byte[] key) {
    int zeros = 0;
    for (byte each : key) {
      zeros += each == 0 ? 1 : 0;
    }
    ByteBuffer from =
        ByteBuffer.allocate(KEY_AT + key.length + zeros + 2)
            .putShort((short) partition)
            .putInt(tenant)
            .putLong(bucketEnd);
    for (byte each : key) {
      from.put(each);
      if (each == 0) {
        from.put(ESCAPED);
      }
    }
    return from.put((byte) 0).put(END).array();
  }

  /** The first place past all versions of a key in a bucket. */
  public static byte[] pastKey(byte[] historyKey) {
    byte[] past = Arrays.copyOf(historyKey, versionAt(historyKey));
    past[past.length - 1]++;
    return past;
  }

  /** The place that a page begins with. */
  public static byte[] at(int partition, int tenant, byte[] cursor) {
    return ByteBuffer.allocate(BUCKET_AT + cursor.length)
        .putShort((short) partition)
        .putInt(tenant)
        .put(cursor)
        .array();
  }

  /** Where a page begins that follows the one that ends with this place: see {@link #at}. */
  public static byte[] cursorPast(byte[] historyKey) {
    // With a zero added: nothing lies between the two.
    return Arrays.copyOfRange(historyKey, BUCKET_AT, historyKey.length + 1);
  }

  public static long bucketEnd(byte[] historyKey) {
    return ByteBuffer.wrap(historyKey).getLong(BUCKET_AT);
  }

  public static int tenantOf(byte[] historyKey) {
    return ByteBuffer.wrap(historyKey).getInt(TENANT_AT);
  }

  public static Key keyOf(byte[] historyKey) {
    byte[] key = new byte[versionAt(historyKey) - KEY_AT - 2];
    int length = 0;
    for (int at = KEY_AT; at < versionAt(historyKey) - 2; at++) {
      key[length] = historyKey[at];
      length++;
      at += historyKey[at] == 0 ? 1 : 0;
    }
    return new Key(tenantOf(historyKey), Arrays.copyOf(key, length));
  }

  /** The hybrid time of the version. */
  public static long hlc(byte[] historyKey) {
    return ByteBuffer.wrap(historyKey).getLong(versionAt(historyKey));
  }

  /** The hybrid time of what took its place. */
  public static long until(byte[] historyKey) {
    return ByteBuffer.wrap(historyKey).getLong(versionAt(historyKey) + Long.BYTES);
  }

  /** Whether two places are of one key in one bucket. */
  public static boolean isOfSameKey(byte[] one, byte[] other) {
    return Arrays.equals(one, 0, versionAt(one), other, 0, versionAt(other));
  }

  /** Where the version begins, right past the end of the key; all of this length is there. */
  private static int versionAt(byte[] historyKey) {
    return historyKey.length - VERSION_BYTES;
  }

  /**
   * Refuses what {@link #of} has not made.
   *
   * @throws RocksDBException as of a damaged table
   */
  public static void check(byte[] historyKey) throws RocksDBException {
    int end = versionAt(historyKey);
    boolean wellFormed =
        end >= KEY_AT + 2 && historyKey[end - 2] == 0 && historyKey[end - 1] == END;
    for (int at = KEY_AT; wellFormed && at < end - 2; at++) {
      if (historyKey[at] == 0) {
        at++;
        wellFormed = at < end - 2 && historyKey[at] == ESCAPED;
      }
    }
    if (!wellFormed) {
      throw new RocksDBException(
          "a key of %d bytes is not that of a version that was replaced"
              .formatted(historyKey.length),
          new Status(Status.Code.Corruption, Status.SubCode.None, null));
    }
  }
}
