package io.quorate.client.admin;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much one tenant has on one node. Each replica of a partition has its keys: for the keys of a
 * tenant take each partition once, from the node that has counted most.
 */
public final class TenantShare {
  private final String tenant;
  private final SortedMap<Integer, Long> keys;
  private final List<Integer> uncounted;
  private final OptionalLong diskBytes;

  private TenantShare(
      String tenant,
      SortedMap<Integer, Long> keys,
      List<Integer> uncounted,
      OptionalLong diskBytes) {
    this.tenant = tenant;
    this.keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    this.uncounted = List.copyOf(uncounted);
    this.diskBytes = diskBytes;
  }

  /** Returns one with these parts; each is what the method of its name tells. */
  public static TenantShare of(
      String tenant,
      SortedMap<Integer, Long> keys,
      List<Integer> uncounted,
      OptionalLong diskBytes) {
    return new TenantShare(tenant, keys, uncounted, diskBytes);
  }

  /** The name of the tenant. */
  public String tenant() {
    return tenant;
  }

  /**
   * Returns how many keys have a value, by partition: of those that the node is a replica of and
   * has counted. A key whose value has expired is counted until the node takes it away.
   */
  public SortedMap<Integer, Long> keys() {
    return keys;
  }

  /** The other partitions that the node is a replica of. It counts them soon after it was asked. */
  public List<Integer> uncounted() {
    return uncounted;
  }

  /**
   * Returns about how many bytes lie on the disk of the node, compressed, and with what was
   * overwritten and is not taken away yet; empty if the node cannot tell now.
   */
  public OptionalLong diskBytes() {
    return diskBytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TenantShare that
        && tenant.equals(that.tenant)
        && keys.equals(that.keys)
        && uncounted.equals(that.uncounted)
        && diskBytes.equals(that.diskBytes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tenant, keys, uncounted, diskBytes);
  }

  @Override
  public String toString() {
    return "TenantShare{tenant=%s, keys=%s, uncounted=%s, diskBytes=%s}"
        .formatted(tenant, keys, uncounted, diskBytes);
  }
}
