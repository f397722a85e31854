package io.quorate.hash;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;

/**
 * Which partition a key lives in: the one rule that clients and nodes must compute alike, for ever.
 *
 * <p>FarmHash's Fingerprint64 is promised never to change; the tenant is mixed in afterwards so
 * that equal keys of two tenants are independent of each other.
 */
public final class PartitionHash {
  private static final HashFunction FINGERPRINT = Hashing.farmHashFingerprint64();
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private PartitionHash() {}

  /** A 64-bit hash of tenant and key, spread evenly over all its bits. */
  public static long hash(int tenantId, byte[] key) {
    return fmix64(FINGERPRINT.hashBytes(key).asLong() ^ tenantId * GOLDEN);
  }

  /** The partition, from 0 to {@code partitions - 1}. */
  public static int partition(int tenantId, byte[] key, int partitions) {
    return (int) ((hash(tenantId, key) >>> 32) * partitions >>> 32);
  }

  /**
   * MurmurHash3's finalizer: every input bit changes every output bit with probability one half.
   */
  private static long fmix64(long h) {
    h ^= h >>> 33;
    h *= 0xff51afd7ed558ccdL;
    h ^= h >>> 33;
    h *= 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 33;
  }
}
