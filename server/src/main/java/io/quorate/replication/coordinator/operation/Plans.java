package io.quorate.replication.coordinator.operation;

import io.quorate.model.Key;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Plans by tenant and partition, computed once for each way in which these are placed. */
public final class Plans {
  private Placements placements;

  /** By tenant id; only looked up. */
  private final Map<Integer, @Nullable Plan[]> byTenant = new HashMap<>();

  Plans(Placements placements) {
    this.placements = placements;
  }

  /** Those that come out as before are kept. */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    if (!next.tenants().equals(before.tenants())
        || !next.lossEpochs().equals(before.lossEpochs())) {
      byTenant.clear();
      return;
    }
    for (int partition : next.changedSince(before)) {
      byTenant.values().forEach(plans -> plans[partition] = null);
    }
  }

  public Placements placements() {
    return placements;
  }

  /** The plan for a key; null if its tenant is gone. */
  public @Nullable Plan plan(Key key, int partition) {
    return plan(key.tenant(), partition);
  }

  /**
   * The plan for keys of a tenant as it is now: one that was altered since a caller has looked it
   * up has other replicas under the same epoch.
   *
   * @param id of the tenant
   * @return null if it is gone
   */
  public @Nullable Plan plan(int id, int partition) {
    Tenant tenant = placements.tenant(id);
    return tenant == null ? null : plan(tenant, partition);
  }

  private Plan plan(Tenant tenant, int partition) {
    @Nullable Plan[] plans =
        byTenant.computeIfAbsent(tenant.id(), id -> new Plan[placements.partitions().size()]);
    Plan known = plans[partition];
    if (known == null) {
      known = Plan.of(placements, tenant, partition);
      plans[partition] = known;
    }
    return known;
  }

  /**
   * The plan of the same tenant and partition as the cluster is now; null if the tenant is gone.
   */
  public @Nullable Plan again(Plan old) {
    return plan(old.tenant().id(), old.partition());
  }
}
