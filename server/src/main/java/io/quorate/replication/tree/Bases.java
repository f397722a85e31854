package io.quorate.replication.tree;

import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the trees of partitions depend on beside the records: which tenants there are, of which
 * factors, and what was purged.
 */
final class Bases {
  private Placements placements;

  /** By partition, where there are any: those of the epoch served. */
  private final TreeMap<Integer, PurgeMarks> marks = new TreeMap<>();

  /** By partition: of the purge that is open; 0 while none is. An array, for each write looks. */
  private final long[] promised;

  Bases(Placements placements) {
    this.placements = placements;
    this.promised = new long[placements.partitions().size()];
  }

  int partitions() {
    return promised.length;
  }

  Placements placements() {
    return placements;
  }

  void follow(Placements next) {
    placements = next;
  }

  PurgeMarks marks(int partition) {
    return marks.getOrDefault(partition, PurgeMarks.NONE);
  }

  void follow(int partition, PurgeMarks next) {
    marks.put(partition, next);
    promised[partition] = next.isOpen() ? next.promised() : 0;
  }

  /** Up to where the open purge of a partition goes; 0 if none is open. */
  long promised(int partition) {
    return promised[partition];
  }

  /** Whether a tenant is not known, and may still be. */
  boolean mayCome(int tenant) {
    return placements.tenant(tenant) == null && !placements.tenants().dropped().contains(tenant);
  }

  /** Under what the records of a tenant are; null for a tenant that is not known. */
  @Nullable Factor factor(int partition, int tenant) {
    Tenant known = placements.tenant(tenant);
    return known == null ? null : placements.factor(partition, known);
  }

  /** Returns what is kept with the trees of a partition, for a start to compare with its own. */
  KeptTree.Basis of(int partition) {
    long factorsHash = 0;
    for (Map.Entry<Integer, Factor> each : factors(partition).entrySet()) {
      factorsHash = RecordHash.mix(factorsHash + each.getKey());
      factorsHash = RecordHash.mix(factorsHash + each.getValue().from().replicas());
      factorsHash = RecordHash.mix(factorsHash + each.getValue().to().replicas());
    }
    return new KeptTree.Basis(placements.epoch(partition), factorsHash, marks(partition));
  }

  private Map<Integer, Factor> factors(int partition) {
    Map<Integer, Factor> byTenant = new TreeMap<>();
    for (Tenant tenant : placements.tenants().values()) {
      byTenant.put(tenant.id(), placements.factor(partition, tenant));
    }
    return byTenant;
  }
}
