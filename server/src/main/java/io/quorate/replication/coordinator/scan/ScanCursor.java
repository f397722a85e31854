package io.quorate.replication.coordinator.scan;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a scan goes on: after {@code after} in {@code partition}, in the order of the scan.
 *
 * @param after empty: from where the scan begins in the partition
 * @param reverse whether it goes from the last partition to the first, and within each from the
 *     last key to the first
 */
record ScanCursor(int partition, byte[] after, boolean reverse) {
  private static final byte FORWARD = (byte) ByteFormat.SCAN_CURSOR.only();
  private static final byte REVERSE = (byte) ByteFormat.REVERSE_SCAN_CURSOR.only();
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  /** Where a scan begins. */
  static ScanCursor start(int partitions, boolean reverse) {
    return atStartOf(reverse ? partitions - 1 : 0, reverse);
  }

  /** Where a scan begins in a partition. */
  static ScanCursor atStartOf(int partition, boolean reverse) {
    return new ScanCursor(partition, new byte[0], reverse);
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(HEADER_BYTES + after.length)
        .put(reverse ? REVERSE : FORWARD)
        .putInt(partition)
        .put(after)
        .array();
  }

  /** Reads what a client gave back; null if it is no cursor for so many partitions. */
  static @Nullable ScanCursor of(byte[] bytes, int partitions) {
    if (bytes.length < HEADER_BYTES || (bytes[0] != FORWARD && bytes[0] != REVERSE)) {
      return null;
    }
    int partition = ByteBuffer.wrap(bytes).getInt(1);
    return partition < 0 || partition >= partitions
        ? null
        : new ScanCursor(
            partition, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length), bytes[0] == REVERSE);
  }
}
