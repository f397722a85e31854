package io.quorate.replication.tree;

import io.quorate.model.ByteFormat;
import io.quorate.model.Release;
import io.quorate.placement.PurgeMarks;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The trees of one partition as a start of the node left them when it stopped in order.
 *
 * <p>They are true in the start right after that, and in no other: a start writes nothing once it
 * has left its trees, and the next one is counted, durably, before it writes. So nothing has to be
 * taken away in time, and a version that knows nothing of them does no harm by writing beside them.
 *
 * <p>There is one format of them here. While the cluster's version has an older one, none are left,
 * and one that an older release left is not read: such a start reads its records.
 *
 * @param boot number of the start that left them
 * @param basis under which they were built
 */
record LeftTree(int boot, Basis basis, PartitionTrees trees) {
  private static final byte FORMAT = (byte) ByteFormat.LEFT_TREE.at(Release.NEWEST_VERSION);
  private static final int HEAD_BYTES = 1 + Integer.BYTES + 4 * Long.BYTES;

  /**
   * What the trees of a partition depend on beside its records.
   *
   * @param epoch of the partition: another one may have other replicas
   * @param factorsHash over the tenants and their factors in it
   * @param marks what is purged counts as nothing
   */
  record Basis(long epoch, long factorsHash, PurgeMarks marks) {}

  /** Whether nodes leave trees of this format at a version of the cluster. */
  static boolean isLeftAt(int clusterVersion) {
    return ByteFormat.LEFT_TREE.at(clusterVersion) == FORMAT;
  }

  byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEAD_BYTES + trees.bytes())
            .put(FORMAT)
            .putInt(boot)
            .putLong(basis.epoch())
            .putLong(basis.factorsHash())
            .putLong(basis.marks().promised())
            .putLong(basis.marks().purged());
    trees.writeTo(bytes);
    return bytes.array();
  }

  /** What was written by {@link #bytes}; null if it was not, or not by this version. */
  static @Nullable LeftTree read(byte[] written) {
    ByteBuffer bytes = ByteBuffer.wrap(written);
    try {
      if (bytes.get() != FORMAT) {
        return null;
      }
      int boot = bytes.getInt();
      long epoch = bytes.getLong();
      long factorsHash = bytes.getLong();
      PurgeMarks marks = new PurgeMarks(bytes.getLong(), bytes.getLong());
      PartitionTrees trees = PartitionTrees.read(marks, bytes);
      return bytes.hasRemaining()
          ? null
          : new LeftTree(boot, new Basis(epoch, factorsHash, marks), trees);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return null;
    }
  }
}
