package io.quorate.replication.tree;

import io.quorate.model.Invariant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * The hashes of the records of one partition, folded into leaves by the key's hash. Two levels are
 * enough: the root is one message, the leaves are another of eight KiB, and a leaf of a partition
 * of a million records has a thousand.
 */
public final class HashTree {
  /** How many leaves there are; a power of two. */
  public static final int LEAVES = 1024;

  private final long[] leaves;

  /** As of now, if it is known: trees are compared far more often than they change. */
  private long root;

  private boolean rootKnown;

  public HashTree() {
    this(new long[LEAVES]);
  }

  private HashTree(long[] leaves) {
    this.leaves = leaves;
  }

  /** The tree that {@link #leaves} gave. */
  public static HashTree of(long[] leaves) {
    Invariant.hold(leaves.length == LEAVES, "a tree of %d leaves", leaves.length);
    return new HashTree(leaves.clone());
  }

  /** A tree that does not follow what becomes of this one. */
  public HashTree copy() {
    HashTree copy = new HashTree(leaves.clone());
    copy.root = root;
    copy.rootKnown = rootKnown;
    return copy;
  }

  /**
   * A record took the place of another under one key. Order does not matter, and doing it backwards
   * undoes it.
   *
   * @param keyHash {@link RecordHash#ofKey}
   * @param before hash of the record that was there; 0 for none
   * @param after hash of the one that is there now; 0 for none
   */
  public void replace(long keyHash, long before, long after) {
    change(leafOf(keyHash), before ^ after);
  }

  /** The same, given what it makes of a leaf. */
  void change(int leaf, long by) {
    leaves[leaf] ^= by;
    rootKnown = false;
  }

  /** The leaf that a key belongs to. */
  public static int leafOf(long keyHash) {
    return (int) keyHash & LEAVES - 1;
  }

  /** A hash over everything; equal trees have equal roots, others hardly ever. */
  public long root() {
    if (!rootKnown) {
      root = hash(0, LEAVES);
      rootKnown = true;
    }
    return root;
  }

  private long hash(int from, int to) {
    long hash = 0;
    for (int leaf = from; leaf < to; leaf++) {
      hash = RecordHash.mix(hash + leaves[leaf] + leaf);
    }
    return hash;
  }

  /** Hashes over this many groups of leaves, which divide them evenly. */
  public List<Long> groups(int groups) {
    List<Long> hashes = new ArrayList<>(groups);
    int leavesEach = LEAVES / groups;
    for (int group = 0; group < groups; group++) {
      hashes.add(hash(group * leavesEach, (group + 1) * leavesEach));
    }
    return hashes;
  }

  public long[] leaves() {
    return leaves.clone();
  }

  /** The leaves in which two trees differ. */
  public BitSet differingFrom(HashTree other) {
    BitSet differing = new BitSet(LEAVES);
    for (int leaf = 0; leaf < LEAVES; leaf++) {
      differing.set(leaf, leaves[leaf] != other.leaves[leaf]);
    }
    return differing;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashTree that && Arrays.equals(leaves, that.leaves);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(leaves);
  }

  @Override
  public String toString() {
    return "tree %016x".formatted(root());
  }
}
