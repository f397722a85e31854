package io.quorate.replication.tree;

import io.quorate.placement.Factor;
import io.quorate.placement.PurgeMarks;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one partition by having read all of it: its trees, by replication factor, and
 * how many records each tenant has; and while a purge is promised, the trees of what is reported to
 * it.
 */
final class PartitionTrees {
  /** Of the purge that {@link #old} is for; 0 while none is open. */
  private final long promised;

  private final TreeMap<Factor, HashTree> all = new TreeMap<>();

  /** Of what is reported to the purge of {@link #promised}. */
  private final TreeMap<Factor, HashTree> old = new TreeMap<>();

  /** Deleted or to expire, among all. */
  private long tombstones;

  /** From when on a purge may find something here; what was overwritten since still counts. */
  private long purgeableFromMillis = Long.MAX_VALUE;

  private TenantCounts counts = new TenantCounts();

  /**
   * Whether a tenant may have records here that are in no tree, for it was not known. Not written:
   * such trees are never kept on disk.
   */
  private boolean hasUnknown;

  /** Whether any tree is of tenants replicated by region. */
  private boolean byRegion;

  PartitionTrees(PurgeMarks marks) {
    promised = marks.isOpen() ? marks.promised() : 0;
  }

  /** Something has changed of records of tenants of a factor. */
  void apply(Factor factor, TreeChange change) {
    counts.add(change.tenant, change.records, change.keys);
    byRegion |= factor.isByRegion();
    if (change.all != 0) {
      all.computeIfAbsent(factor, none -> new HashTree()).change(change.leaf, change.all);
    }
    if (change.old != 0) {
      old.computeIfAbsent(factor, none -> new HashTree()).change(change.leaf, change.old);
    }
    tombstones += change.tombstones;
    purgeableFromMillis = Math.min(purgeableFromMillis, change.purgeableFromMillis);
  }

  /** The purge that these trees have what is reported to; 0 for none. */
  long promised() {
    return promised;
  }

  /** A tenant that is not known may have records here, which are in no tree. */
  void foundUnknown() {
    hasUnknown = true;
  }

  boolean hasUnknown() {
    return hasUnknown;
  }

  boolean hasRecords(int tenant) {
    return counts.hasRecords(tenant);
  }

  /** See {@link TenantCounts#keys}. */
  long keys(int tenant) {
    return counts.keys(tenant);
  }

  HashTree all(Factor factor) {
    HashTree tree = all.get(factor);
    return tree == null ? new HashTree() : tree;
  }

  /** The tree of what is reported to a purge up to {@code mark}; null if it is not known. */
  @Nullable HashTree upTo(Factor factor, long mark) {
    if (promised != mark) {
      return null;
    }
    HashTree tree = old.get(factor);
    return tree == null ? new HashTree() : tree;
  }

  /**
   * Whether they may be kept on disk. Those of tenants replicated by region are not: each start
   * builds them again.
   */
  boolean isKept() {
    return !byRegion && !hasUnknown;
  }

  /** How many {@link #writeTo} writes. */
  int bytes() {
    int treeBytes = 2 * Integer.BYTES + HashTree.LEAVES * Long.BYTES;
    return 2 * Long.BYTES
        + counts.bytes()
        + 2 * Integer.BYTES
        + (all.size() + old.size()) * treeBytes;
  }

  void writeTo(ByteBuffer bytes) {
    bytes.putLong(tombstones).putLong(purgeableFromMillis);
    counts.writeTo(bytes);
    write(all, bytes);
    write(old, bytes);
  }

  private static void write(Map<Factor, HashTree> trees, ByteBuffer bytes) {
    bytes.putInt(trees.size());
    trees.forEach(
        (factor, tree) -> {
          bytes.putInt(factor.from().replicas()).putInt(factor.to().replicas());
          for (long leaf : tree.leaves()) {
            bytes.putLong(leaf);
          }
        });
  }

  /**
   * What was written under these marks.
   *
   * @throws java.nio.BufferUnderflowException if that is not all there
   */
  static PartitionTrees read(PurgeMarks marks, ByteBuffer bytes) {
    PartitionTrees trees = new PartitionTrees(marks);
    trees.tombstones = bytes.getLong();
    trees.purgeableFromMillis = bytes.getLong();
    trees.counts = TenantCounts.read(bytes);
    read(trees.all, bytes);
    read(trees.old, bytes);
    return trees;
  }

  private static void read(Map<Factor, HashTree> trees, ByteBuffer bytes) {
    for (int left = bytes.getInt(); left > 0; left--) {
      Factor factor = new Factor(bytes.getInt(), bytes.getInt());
      long[] leaves = new long[HashTree.LEAVES];
      for (int leaf = 0; leaf < leaves.length; leaf++) {
        leaves[leaf] = bytes.getLong();
      }
      trees.put(factor, HashTree.of(leaves));
    }
  }

  long tombstones() {
    return tombstones;
  }

  long purgeableFromMillis() {
    return tombstones == 0 ? Long.MAX_VALUE : purgeableFromMillis;
  }
}
