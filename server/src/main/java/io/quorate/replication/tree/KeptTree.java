package io.quorate.replication.tree;

import io.quorate.model.ByteFormat;
import io.quorate.model.Release;
import io.quorate.placement.PurgeMarks;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The trees of one partition at some moment, as they lie on disk. With what the log has from its
 * number on they are those of what is on disk; see {@link TreeLog}.
 *
 * <p>There is one format of them here. While the cluster's version has an older one, none are kept,
 * and one that an older release left is not read: such a start reads its records.
 *
 * @param basis under which they were built
 * @param number they have all that writes below this have changed, and nothing of others
 */
record KeptTree(Basis basis, long number, PartitionTrees trees) {
  private static final byte FORMAT = (byte) ByteFormat.LEFT_TREE.at(Release.NEWEST_VERSION);
  private static final int HEAD_BYTES = 1 + 5 * Long.BYTES;

  /**
   * What the trees of a partition depend on beside its records.
   *
   * @param epoch of the partition: another one may have other replicas
   * @param factorsHash over the tenants and their factors in it
   * @param marks what is purged counts as nothing
   */
  record Basis(long epoch, long factorsHash, PurgeMarks marks) {}

  /** Whether nodes keep trees of this format at a version of the cluster. */
  static boolean isKeptAt(int clusterVersion) {
    return ByteFormat.LEFT_TREE.at(clusterVersion) == FORMAT;
  }

  byte[] bytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEAD_BYTES + trees.bytes())
            .put(FORMAT)
            .putLong(basis.epoch())
            .putLong(basis.factorsHash())
            .putLong(basis.marks().promised())
            .putLong(basis.marks().purged())
            .putLong(number);
    trees.writeTo(bytes);
    return bytes.array();
  }

  /** What was written by {@link #bytes}; null if it was not, or not by this version. */
  static @Nullable KeptTree read(byte[] written) {
    ByteBuffer bytes = ByteBuffer.wrap(written);
    try {
      if (bytes.get() != FORMAT) {
        return null;
      }
      long epoch = bytes.getLong();
      long factorsHash = bytes.getLong();
      PurgeMarks marks = new PurgeMarks(bytes.getLong(), bytes.getLong());
      long number = bytes.getLong();
      PartitionTrees trees = PartitionTrees.read(marks, bytes);
      return bytes.hasRemaining()
          ? null
          : new KeptTree(new Basis(epoch, factorsHash, marks), number, trees);
    } catch (BufferUnderflowException | IllegalArgumentException malformed) {
      return null;
    }
  }
}
