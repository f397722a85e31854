package io.quorate.replication.coordinator.scan;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a scan goes on: after {@code after} in {@code partition}, in the order of the scan.
 *
 * @param tenant id of the tenant whose keys the scan returns; {@link #ANY_TENANT} if the cursor was
 *     given out at a cluster version at which no tenant is dropped or truncated
 * @param after empty: from where the scan begins in the partition
 * @param reverse whether it goes from the last partition to the first, and within each from the
 *     last key to the first
 */
record ScanCursor(int tenant, int partition, byte[] after, boolean reverse) {
  /** Ids of tenants count from 1. */
  static final int ANY_TENANT = 0;

  /** The first version at which a cursor has the tenant. */
  private static final int TENANT_FROM_VERSION = 2;

  private static final byte WITHOUT_TENANT =
      (byte) ByteFormat.SCAN_CURSOR.at(TENANT_FROM_VERSION - 1);
  private static final byte FORWARD = (byte) ByteFormat.SCAN_CURSOR.at(TENANT_FROM_VERSION);
  private static final byte REVERSE = (byte) ByteFormat.REVERSE_SCAN_CURSOR.only();

  private static final int HEADER_BYTES = 1 + Integer.BYTES;
  private static final int HEADER_BYTES_WITH_TENANT = HEADER_BYTES + Integer.BYTES;

  /** Where a scan begins. */
  static ScanCursor start(int tenant, int partitions, boolean reverse) {
    return new ScanCursor(tenant, reverse ? partitions - 1 : 0, new byte[0], reverse);
  }

  byte[] toBytes(int clusterVersion) {
    if (clusterVersion < TENANT_FROM_VERSION && !reverse) {
      return ByteBuffer.allocate(HEADER_BYTES + after.length)
          .put(WITHOUT_TENANT)
          .putInt(partition)
          .put(after)
          .array();
    }
    return ByteBuffer.allocate(HEADER_BYTES_WITH_TENANT + after.length)
        .put(reverse ? REVERSE : FORWARD)
        .putInt(tenant)
        .putInt(partition)
        .put(after)
        .array();
  }

  /** Reads what a client gave back; null if it is no cursor for this number of partitions. */
  static @Nullable ScanCursor of(byte[] bytes, int partitions) {
    byte format = bytes.length == 0 ? 0 : bytes[0];
    boolean hasTenant = format == FORWARD || format == REVERSE;
    int header = hasTenant ? HEADER_BYTES_WITH_TENANT : HEADER_BYTES;
    if (bytes.length < header || (!hasTenant && format != WITHOUT_TENANT)) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, header - 1);
    int tenant = hasTenant ? in.getInt() : ANY_TENANT;
    int partition = in.getInt();
    return partition < 0 || partition >= partitions || tenant < 0
        ? null
        : new ScanCursor(
            tenant, partition, Arrays.copyOfRange(bytes, header, bytes.length), format == REVERSE);
  }
}
