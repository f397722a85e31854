package io.quorate.replication.tree;

import io.quorate.model.ByteFormat;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Whose the trees on disk are.
 *
 * @param boot the start of the node that has gone on with them last, before it wrote anything
 * @param ended whether it has stopped in order
 */
record TreeLogHead(int boot, boolean ended) {
  private static final byte FORMAT = (byte) ByteFormat.TREE_LOG.only();
  private static final int BYTES = 2 + Integer.BYTES;

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES).put(FORMAT).putInt(boot).put((byte) (ended ? 1 : 0)).array();
  }

  /** What was written by {@link #bytes}; null if it was not, or not by this version. */
  static @Nullable TreeLogHead read(byte @Nullable [] written) {
    if (written == null || written.length != BYTES || written[0] != FORMAT) {
      return null;
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(written).position(1);
      return new TreeLogHead(bytes.getInt(), bytes.get() != 0);
    } catch (BufferUnderflowException malformed) {
      return null;
    }
  }
}
