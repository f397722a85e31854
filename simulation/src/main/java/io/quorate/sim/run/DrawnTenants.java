package io.quorate.sim.run;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.placement.HintOverflow;
import io.quorate.placement.Model;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.sim.kernel.SimRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The tenants beside the first that one run has: what each wants, its seed has drawn. */
final class DrawnTenants {
  private static final int MOST = 3;

  private DrawnTenants() {}

  /**
   * Draws some tenants.
   *
   * @param nodes of the cluster
   * @param disksGo whether a disk may be lost for good: then every tenant has a second replica
   */
  static List<Tenant> draw(SimRandom random, int nodes, boolean disksGo) {
    List<Integer> factors =
        Stream.of(1, 3, 5)
            .filter(factor -> factor <= nodes)
            .filter(factor -> factor > 1 || !disksGo)
            .toList();
    List<Tenant> tenants = new ArrayList<>();
    int count = random.nextInt(MOST) + 1;
    for (int i = 0; i < count; i++) {
      HintOverflow overflow = random.pick(List.of(HintOverflow.MARK, HintOverflow.REJECT));
      int factor = random.pick(factors);
      tenants.add(
          new Tenant(
              2 + i,
              "other" + i,
              factor,
              TenantSettings.NONE
                  .with(TenantSetting.DEFAULT_TTL_MILLIS, random.pick(List.of(0L, 0L, 30L, 1_000L)))
                  .with(TenantSetting.READ_REPAIR, anyReadRepair(random))
                  .with(TenantSetting.HINT_OVERFLOW, overflow)));
    }
    return tenants;
  }

  /** Draws a tenant whose writes take effect at most once. */
  static Tenant once(SimRandom random, int nodes) {
    List<Integer> factors = Stream.of(3, 3, 3, 5).filter(factor -> factor <= nodes).toList();
    return new Tenant(
        2 + MOST,
        "once",
        random.pick(factors),
        TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));
  }

  /** Draws a tenant whose concurrent writes are kept. */
  static Tenant siblings(SimRandom random, int nodes) {
    List<Integer> factors = Stream.of(3, 3, 3, 5).filter(factor -> factor <= nodes).toList();
    return new Tenant(
        3 + MOST,
        "siblings",
        random.pick(factors),
        TenantSettings.NONE.with(TenantSetting.MODEL, Model.SIBLINGS));
  }

  /** Draws a tenant whose keys are registers. */
  static Tenant registers(SimRandom random, int nodes) {
    List<Integer> factors = Stream.of(3, 3, 3, 5).filter(factor -> factor <= nodes).toList();
    return registers(ReplicationFactor.of(random.pick(factors)));
  }

  /** Returns a tenant whose keys are registers. */
  static Tenant registers(ReplicationFactor factor) {
    return new Tenant(
        5 + MOST,
        "registers",
        factor,
        TenantSettings.NONE.with(TenantSetting.MODEL, Model.LINEARIZABLE));
  }

  /** Draws a tenant of whose keys the last write wins, and which are written under locks. */
  static Tenant locked(SimRandom random, int nodes) {
    List<Integer> factors = Stream.of(3, 3, 3, 5).filter(factor -> factor <= nodes).toList();
    return new Tenant(6 + MOST, "locked", random.pick(factors), TenantSettings.NONE);
  }

  /** Draws a tenant whose keys have fields. */
  static Tenant fields(SimRandom random, int nodes) {
    List<Integer> factors = Stream.of(3, 3, 3, 5).filter(factor -> factor <= nodes).toList();
    return new Tenant(
        4 + MOST,
        "fields",
        random.pick(factors),
        TenantSettings.NONE.with(TenantSetting.MODEL, Model.MAPS));
  }

  /** What reads of a tenant do that do not say: as usually, in most runs. */
  static ReadRepair anyReadRepair(SimRandom random) {
    return random.pick(
        List.of(
            ReadRepair.BLOCKING,
            ReadRepair.BLOCKING,
            ReadRepair.BLOCKING,
            ReadRepair.BLOCKING,
            ReadRepair.EVERYONE,
            ReadRepair.background(50),
            ReadRepair.OFF));
  }

  /** What an operator says to have such a one. */
  static CreateTenant creating(Tenant tenant) {
    return new CreateTenant(tenant.name(), tenant.replication().goal(), tenant.settings());
  }
}
