package io.quorate.replication.coordinator;

import io.quorate.model.ByteFormat;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a scan goes on: after {@code after} in {@code partition}.
 *
 * @param after empty: from the beginning of the partition
 */
record ScanCursor(int partition, byte[] after) {
  static final ScanCursor START = new ScanCursor(0, new byte[0]);

  private static final byte FORMAT = (byte) ByteFormat.SCAN_CURSOR.only();
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  byte[] toBytes() {
    return ByteBuffer.allocate(HEADER_BYTES + after.length)
        .put(FORMAT)
        .putInt(partition)
        .put(after)
        .array();
  }

  /** Reads what a client gave back; null if it is no cursor for so many partitions. */
  static @Nullable ScanCursor of(byte[] bytes, int partitions) {
    if (bytes.length == 0) {
      return START;
    }
    if (bytes.length < HEADER_BYTES || bytes[0] != FORMAT) {
      return null;
    }
    int partition = ByteBuffer.wrap(bytes).getInt(1);
    return partition < 0 || partition >= partitions
        ? null
        : new ScanCursor(partition, Arrays.copyOfRange(bytes, HEADER_BYTES, bytes.length));
  }
}
