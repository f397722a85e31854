package io.quorate.storage.rocks.format;

import io.quorate.version.Version;
import java.nio.ByteBuffer;

/**
 * Where a note lies in family {@code notes}: partition (2 bytes, big-endian), then hybrid time (8),
 * node (8) and boot (4) of the version, and its rank (8) unless that is 0. So the notes of a
 * partition follow each other by time. Nothing lies under the key.
 */
public final class NoteKey {
  private static final int TIME_BYTES = Short.BYTES + Long.BYTES;
  private static final int BYTES = TIME_BYTES + Long.BYTES + Integer.BYTES;

  private NoteKey() {}

  public static byte[] of(int partition, Version version) {
    long rank = version.rank();
    ByteBuffer key = ByteBuffer.allocate(rank == 0 ? BYTES : BYTES + Long.BYTES);
    key.putShort((short) partition)
        .putLong(version.hlc())
        .putLong(version.node().value())
        .putInt(version.boot());
    if (rank != 0) {
      key.putLong(rank);
    }
    return key.array();
  }

  /** The first place of a partition. */
  public static byte[] from(int partition) {
    return ByteBuffer.allocate(Short.BYTES).putShort((short) partition).array();
  }

  /**
   * The first place past all versions of a partition up to a hybrid time, which is not the last.
   */
  public static byte[] past(int partition, long hlc) {
    return ByteBuffer.allocate(TIME_BYTES).putShort((short) partition).putLong(hlc + 1).array();
  }

  public static boolean isWellFormed(byte[] key) {
    return key.length == BYTES || key.length == BYTES + Long.BYTES;
  }
}
