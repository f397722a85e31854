package io.quorate.model;

import io.quorate.hash.PartitionHash;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A key of one tenant. Ordered by tenant, then by its bytes as unsigned numbers: the order of
 * storage. The bytes are not copied: the caller that makes a key must not change them afterwards.
 */
public final class Key implements Comparable<Key> {
  private final int tenant;
  private final byte[] bytes;
  private final int hashCode;

  public Key(int tenant, byte[] bytes) {
    this.tenant = tenant;
    this.bytes = bytes;
    this.hashCode = 31 * Arrays.hashCode(bytes) + tenant;
  }

  public int tenant() {
    return tenant;
  }

  /** The key's own bytes, not to be changed. */
  public byte[] bytes() {
    return bytes;
  }

  public int partition(int partitions) {
    return PartitionHash.partition(tenant, bytes, partitions);
  }

  @Override
  public int compareTo(Key that) {
    int byTenant = Integer.compareUnsigned(tenant, that.tenant);
    return byTenant != 0 ? byTenant : Arrays.compareUnsigned(bytes, that.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Key that
        && hashCode == that.hashCode
        && tenant == that.tenant
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return hashCode;
  }

  /** The tenant's number and at most 32 bytes of the key, in hexadecimal. */
  @Override
  public String toString() {
    String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 32));
    return tenant + "/" + hex + (bytes.length > 32 ? "..." : "");
  }
}
