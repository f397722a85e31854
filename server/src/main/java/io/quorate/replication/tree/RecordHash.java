package io.quorate.replication.tree;

import io.quorate.hash.PartitionHash;
import io.quorate.model.Key;
import io.quorate.version.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Hashes of keys and of what lies under them. They are compared between nodes, so they must be the
 * same in every version that talks to another.
 */
public final class RecordHash {
  private RecordHash() {}

  /** A hash of tenant and key, spread evenly over all its bits. */
  public static long ofKey(Key key) {
    return PartitionHash.hash(key.tenant(), key.bytes());
  }

  /**
   * A hash of a key with every byte of its record, so that a record that was damaged on disk is
   * found, too; 0 for no record.
   */
  public static long of(long keyHash, @Nullable RecordHeader record) {
    if (record == null) {
      return 0;
    }
    long hash = mix(keyHash ^ Long.rotateLeft(record.contentHash(), 32));
    return hash == 0 ? 1 : hash;
  }

  /** SplitMix64's finalizer. */
  static long mix(long h) {
    h = (h ^ h >>> 30) * 0xbf58476d1ce4e5b9L;
    h = (h ^ h >>> 27) * 0x94d049bb133111ebL;
    return h ^ h >>> 31;
  }
}
