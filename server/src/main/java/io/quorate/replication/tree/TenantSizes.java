package io.quorate.replication.tree;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.storage.RecordStore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How much tenants have on this node. Keys are counted as writes go on, beside the hash trees;
 * partitions that have not been read for those are read when somebody asks, and counted the next
 * time. Lives on the lane of the records.
 */
public final class TenantSizes {
  private final NodeId self;
  private final RecordStore store;
  private final Trees trees;

  /**
   * How much one tenant has here.
   *
   * @param keys by partition of which this node is a replica, and which are counted: keys that have
   *     a value, with those whose value has expired lately
   * @param uncounted the other partitions of which it is a replica
   * @param keysAsFirst keys of the partitions of which it is the first replica: of all nodes
   *     together, all keys of the tenant; empty unless those are counted
   * @param diskBytes about how much lies on the disk, in all partitions that the node has, or is
   *     leaving; -1 if that is not known now
   */
  public record Size(
      Tenant tenant,
      SortedMap<Integer, Long> keys,
      List<Integer> uncounted,
      OptionalLong keysAsFirst,
      long diskBytes) {}

  public TenantSizes(NodeId self, RecordStore store, Trees trees) {
    this.self = self;
    this.store = store;
    this.trees = trees;
  }

  /** Tells how much each of these tenants has, and has those partitions read that are uncounted. */
  public void count(List<Tenant> tenants, Placements placements, Consumer<List<Size>> callback) {
    of(
        tenants,
        placements,
        sizes -> {
          sizes.forEach(size -> trees.build(size.uncounted()));
          callback.accept(sizes);
        });
  }

  /** Tells how much each of these tenants has, as far as that is known. */
  public void of(List<Tenant> tenants, Placements placements, Consumer<List<Size>> callback) {
    // Each partition costs the disk a question, and there is nothing in most of them.
    store.bytes(
        placements.ownedBy(self),
        tenants.stream().map(Tenant::id).toList(),
        bytes -> callback.accept(sizes(tenants, placements, bytes)));
  }

  private List<Size> sizes(List<Tenant> tenants, Placements placements, long @Nullable [] bytes) {
    List<Size> sizes = new ArrayList<>();
    for (Tenant tenant : tenants) {
      var keys = new TreeMap<Integer, Long>();
      List<Integer> uncounted = new ArrayList<>();
      long keysAsFirst = 0;
      boolean knowsFirst = true;
      for (int partition : placements.all()) {
        List<NodeId> replicas = replicas(placements, partition, tenant);
        boolean isFirst = replicas.indexOf(self) == 0;
        OptionalLong counted = trees.keys(partition, tenant.id());
        if (replicas.contains(self) && counted.isPresent()) {
          keys.put(partition, counted.getAsLong());
          keysAsFirst += isFirst ? counted.getAsLong() : 0;
        } else if (replicas.contains(self)) {
          uncounted.add(partition);
          knowsFirst &= !isFirst;
        }
      }
      sizes.add(
          new Size(
              tenant,
              keys,
              uncounted,
              knowsFirst ? OptionalLong.of(keysAsFirst) : OptionalLong.empty(),
              bytes == null ? -1 : bytes[sizes.size()]));
    }
    return sizes;
  }

  private static List<NodeId> replicas(Placements placements, int partition, Tenant tenant) {
    return placements.partitions().get(partition).replicas(placements.factor(partition, tenant));
  }
}
