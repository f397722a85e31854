package io.quorate.cluster;

import io.quorate.cluster.Command.CreateTenant;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.RestoredInto;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;

/** How a tenant comes to be; one that is there already, and as it is wanted, stays as it is. */
final class Creating {
  private Creating() {}

  static Decision create(ClusterState state, CreateTenant create, long index) {
    Tenant known = state.tenants().get(create.name());
    if (known != null
        && known.isBeingRestored()
        && known.get(TenantSetting.RESTORED_INTO) == RestoredInto.NEW_TENANT
        && RestoringInto.valueOf(create.settings(), TenantSetting.RESTORING) != 0) {
      // Its settings may have been altered since, and it goes on at the time of the first.
      return RestoringInto.goOn(
          state, known, RestoringInto.valueOf(create.settings(), TenantSetting.RESTORED_FROM));
    }
    ReplicationFactor usual =
        ReplicationFactor.of(ClusterState.defaultReplicationFactor(state.replicationFactorMax()));
    ReplicationFactor factor =
        create.replicationFactor().isSaid() ? create.replicationFactor() : usual;
    if (known == null) {
      TenantRules.checkFactor(create.name(), factor, state);
    }
    Replication replication = Replication.of(factor);
    if (known != null
        && (!create.replicationFactor().isSaid()
            || (factor.isByRegion() && known.replication().goal().equals(factor)))) {
      // What is left out was decided when the tenant was created, by the nodes that there were; and
      // one by region may still be on its way there.
      replication = known.replication();
    } else if (!Alterations.isEverywhere(state, factor)) {
      replication = Replication.of(usual).altered(index, factor);
    }
    Tenant wanted =
        new Tenant(
                known == null ? state.tenantIds().next() : known.id(),
                create.name(),
                ReplicationFactor.UNSAID,
                TenantSettings.NONE)
            .with(replication)
            .with(create.settings());
    if (known != null && !wanted.isBeingRestored()) {
      // Where it came from is of no concern to those who want it to be there.
      wanted = wanted.with(TenantSetting.RESTORED_FROM, known.get(TenantSetting.RESTORED_FROM));
    }
    TenantRules.check(wanted);
    if (wanted.equals(known)) {
      return new Accepted(state, TenantRules.warnings(wanted));
    }
    if (known != null) {
      return new Rejected(TenantRules.existsOtherwise(known, wanted));
    }
    if (state.tenants().size() == TenantRules.TENANTS_MAX) {
      return new Rejected(
          "tenant '%s': there are %d tenants, which is the most a cluster can have"
              .formatted(wanted.name(), TenantRules.TENANTS_MAX));
    }
    TenantRules.checkRestore(wanted, state);
    if (wanted.get(TenantSetting.RESTORED_INTO) != RestoredInto.NEW_TENANT) {
      return new Rejected("tenant '%s' does not exist yet".formatted(wanted.name()));
    }
    ClusterState next = state.withTenant(wanted, state.tenantIds().given(), index);
    boolean plans = replication.isAltered() || Alterations.plansAgain(next);
    return new Accepted(
        plans ? Alterations.wished(next, factor, index) : next, TenantRules.warnings(wanted));
  }
}
