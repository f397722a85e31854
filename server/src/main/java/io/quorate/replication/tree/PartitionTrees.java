package io.quorate.replication.tree;

import io.quorate.model.Key;
import io.quorate.placement.Factor;
import io.quorate.placement.PurgeMarks;
import io.quorate.version.RecordHeader;
import io.quorate.version.RecordModel;
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
   * such trees are never left to the next start.
   */
  private boolean hasUnknown;

  PartitionTrees(PurgeMarks marks) {
    promised = marks.isOpen() ? marks.promised() : 0;
  }

  /** A record took the place of another under a key; null stands for no record. */
  void replace(
      Factor factor,
      RecordModel model,
      Key key,
      @Nullable RecordHeader before,
      @Nullable RecordHeader after) {
    counts.replace(key.tenant(), before, after);
    long keyHash = RecordHash.ofKey(key);
    replace(all, factor, keyHash, before, after);
    if (promised != 0) {
      replace(old, factor, keyHash, reported(model, before), reported(model, after));
    }
    if (before != null && model.purgeableFromMillis(before) != Long.MAX_VALUE) {
      tombstones--;
    }
    long fromMillis = after == null ? Long.MAX_VALUE : model.purgeableFromMillis(after);
    if (fromMillis != Long.MAX_VALUE) {
      tombstones++;
      purgeableFromMillis = Math.min(purgeableFromMillis, fromMillis);
    }
  }

  private @Nullable RecordHeader reported(RecordModel model, @Nullable RecordHeader record) {
    return record == null ? null : model.reported(record, promised);
  }

  private static void replace(
      Map<Factor, HashTree> trees,
      Factor factor,
      long keyHash,
      @Nullable RecordHeader before,
      @Nullable RecordHeader after) {
    if (before != null || after != null) {
      trees
          .computeIfAbsent(factor, none -> new HashTree())
          .replace(keyHash, RecordHash.of(keyHash, before), RecordHash.of(keyHash, after));
    }
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

  /** Whether any tree is of tenants replicated by region: each start builds those again. */
  boolean isByRegion() {
    return all.keySet().stream()
        .anyMatch(factor -> factor.from().isByRegion() || factor.to().isByRegion());
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
