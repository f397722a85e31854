package io.quorate.storage.rocks.format;

import io.quorate.model.Key;
import io.quorate.storage.RecordStore.Range;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a record lies in column family {@code data}: partition (2 bytes, big-endian), tenant (4),
 * the key. So the records of one partition, and within it of one tenant, follow each other by key.
 */
public final class DataKey {
  public static final int PARTITION_MAX = 0xFFFF;
  private static final int KEY_AT = 6;
  private static final byte[] NO_KEY = {};

  private DataKey() {}

  public static byte[] of(int partition, Key key) {
    return join(partition, key.tenant(), key.bytes());
  }

  /** The key within what {@link #of} made. */
  public static Key keyOf(byte[] dataKey) {
    return new Key(tenantOf(dataKey), Arrays.copyOfRange(dataKey, KEY_AT, dataKey.length));
  }

  public static int tenantOf(byte[] dataKey) {
    return (dataKey[2] & 0xFF) << 24
        | (dataKey[3] & 0xFF) << 16
        | (dataKey[4] & 0xFF) << 8
        | (dataKey[5] & 0xFF);
  }

  /** The first place that may belong to a range. */
  public static byte[] from(Range range) {
    return join(range.partition(), range.tenant(), range.least());
  }

  /** The first place past a range; null if it goes to the end of the family. */
  public static byte @Nullable [] past(Range range) {
    byte[] pastKey = range.past();
    if (pastKey != null) {
      return join(range.partition(), range.tenant(), pastKey);
    }
    byte[] past = join(range.partition(), range.tenant(), NO_KEY);
    int last = past.length - 1;
    while (last >= 0 && past[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    past[last]++;
    return Arrays.copyOf(past, last + 1);
  }

  /** The first place of a partition; null past the last one that there can be. */
  public static byte @Nullable [] from(int partition) {
    return partition > PARTITION_MAX
        ? null
        : new byte[] {(byte) (partition >>> 8), (byte) partition};
  }

  /** The first place past a partition. */
  public static byte[] past(int partition) {
    byte[] next = from(partition + 1);
    // No key is this long and all ones: a tenant's id is not negative.
    return next == null ? new byte[] {-1, -1, -1, -1, -1, -1, -1} : next;
  }

  /** The first place of a tenant in a partition. */
  public static byte[] from(int partition, int tenant) {
    return join(partition, tenant, NO_KEY);
  }

  /** The first place past a tenant in a partition. */
  public static byte[] past(int partition, int tenant) {
    // As a number of 32 bits without a sign: a tenant's id is not negative, so this is more.
    return join(partition, tenant + 1, NO_KEY);
  }

  public static int partitionOf(byte[] dataKey) {
    return (dataKey[0] & 0xFF) << 8 | (dataKey[1] & 0xFF);
  }

  private static byte[] join(int partition, int tenant, byte[] key) {
    byte[] joined = new byte[KEY_AT + key.length];
    joined[0] = (byte) (partition >>> 8);
    joined[1] = (byte) partition;
    joined[2] = (byte) (tenant >>> 24);
    joined[3] = (byte) (tenant >>> 16);
    joined[4] = (byte) (tenant >>> 8);
    joined[5] = (byte) tenant;
    System.arraycopy(key, 0, joined, KEY_AT, key.length);
    return joined;
  }
}
