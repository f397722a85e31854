package io.quorate.replication.coordinator;

import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.StampFailures;
import io.quorate.version.FenceRank;
import io.quorate.version.FieldChange;
import org.jspecify.annotations.Nullable;

/** What requests ask of a tenant that it does not offer, by its settings. */
final class TenantChecks {
  /** Nodes of the version before do not know marks. */
  private static final int FENCES_FROM_VERSION = 2;

  private final Context context;

  TenantChecks(Context context) {
    this.context = context;
  }

  /** Why no attempt at an operation can ever succeed; null if one may. */
  static @Nullable Failure misfit(Tenant tenant, Operation operation) {
    long bytesMax = tenant.get(TenantSetting.MAX_VALUE_BYTES);
    if (bytesMax > 0 && operation.largestValueBytes() > bytesMax) {
      return TenantFailures.valueTooLarge(tenant, operation.largestValueBytes());
    }
    if (operation.fenceToken() != 0 && !tenant.isLinearizable()) {
      Failure refusal = tokenMisfit(tenant, operation.fenceToken());
      if (refusal != null) {
        return refusal;
      }
    }
    return switch (operation) {
      case Operation.Get get -> null;
      case Operation.Put put ->
          tenant.mergesFields() ? TenantFailures.changedByUpdates(tenant, "put") : null;
      case Operation.Delete delete ->
          tenant.mergesFields() ? TenantFailures.changedByUpdates(tenant, "deleted") : null;
      case Operation.Update update -> misfit(tenant, update);
      case Operation.Increment increment ->
          tenant.isLinearizable() ? null : TenantFailures.incrementNotTaken(tenant);
      case Operation.UpdateFields update ->
          tenant.isLinearizable() ? null : TenantFailures.fieldsNotTaken(tenant);
    };
  }

  private static @Nullable Failure tokenMisfit(Tenant tenant, long token) {
    if (!tenant.model().hasRanks()) {
      return TenantFailures.tokenNotTaken(tenant);
    }
    if (tenant.namesWrites()) {
      return TenantFailures.tokenWithRetriesOnce(tenant);
    }
    return token < 0 || token > FenceRank.TOKEN_MAX ? TenantFailures.tokenTooHigh(token) : null;
  }

  /** What stands against a token now, of a tenant whose records may have marks. */
  private @Nullable Failure tokenRefusal(Tenant tenant, Level level) {
    int version = context.plans().placements().clusterVersion();
    if (version < FENCES_FROM_VERSION) {
      return TenantFailures.tokenTooNew(tenant, FENCES_FROM_VERSION, version);
    }
    return level.equals(Level.QUORUM) ? null : TenantFailures.tokenNotAtQuorum(tenant, level);
  }

  private static @Nullable Failure misfit(Tenant tenant, Operation.Update update) {
    if (!tenant.mergesFields()) {
      return TenantFailures.updateNotTaken(tenant);
    }
    for (FieldChange change : update.changes()) {
      if (!tenant.get(TenantSetting.MODEL).admits(change.field())) {
        return TenantFailures.fieldNotTaken(tenant, change.field());
      }
    }
    return null;
  }

  /** What a tenant does not take now, or at a level. */
  @Nullable Failure refusal(Operation operation, Plan plan, Level level) {
    Tenant tenant = plan.tenant();
    if (tenant.isBeingRestored()) {
      return Failures.beingRestored(tenant);
    }
    if (operation.fenceToken() != 0 && tenant.model().hasRanks()) {
      return tokenRefusal(tenant, level);
    }
    if (!tenant.namesWrites()) {
      return null;
    }
    if (!level.equals(Level.QUORUM)) {
      return TenantFailures.notAtQuorum(tenant);
    }
    return switch (operation) {
      case Operation.Get get ->
          get.repair() != null && get.repair().mode() == ReadRepair.Mode.OFF
              ? TenantFailures.notAtQuorum(tenant)
              : null;
      case Operation.Put put -> unnamed(put, plan);
      case Operation.Delete delete -> unnamed(delete, plan);
      case Operation.Increment increment -> unnamed(increment, plan);
      case Operation.UpdateFields update -> unnamed(update, plan);
      case Operation.Update update -> TenantFailures.updateNotTaken(tenant);
    };
  }

  /** A client's stamp must be above what its session has seen, too: of all attempts alike. */
  private @Nullable Failure unnamed(Operation write, Plan plan) {
    WriteStamp stamp = write.stamp();
    if (stamp == null) {
      long now = context.hybridClock().read(context.clock().wallMillis());
      return TenantFailures.unstamped(plan.tenant(), now);
    }
    long seen = context.seen(write);
    return seen != 0 && Long.compareUnsigned(stamp.hlc(), seen) <= 0
        ? StampFailures.stampTooLow(plan, seen)
        : null;
  }
}
