package io.quorate.transport.access;

import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.quorate.access.Action;
import io.quorate.proto.v1.AccessGrpc;
import io.quorate.proto.v1.AcquireLockRequest;
import io.quorate.proto.v1.AdminGrpc;
import io.quorate.proto.v1.AlterTenantRequest;
import io.quorate.proto.v1.BackupGrpc;
import io.quorate.proto.v1.BeginRestoreRequest;
import io.quorate.proto.v1.CreateTenantRequest;
import io.quorate.proto.v1.DropTenantRequest;
import io.quorate.proto.v1.FinishRestoreRequest;
import io.quorate.proto.v1.GiveUpRestoreRequest;
import io.quorate.proto.v1.KeyValueGrpc;
import io.quorate.proto.v1.ListLocksRequest;
import io.quorate.proto.v1.LocksGrpc;
import io.quorate.proto.v1.MaintenanceGrpc;
import io.quorate.proto.v1.MakeCutRequest;
import io.quorate.proto.v1.PlacementGrpc;
import io.quorate.proto.v1.ReadBackupPageRequest;
import io.quorate.proto.v1.ReleaseLockRequest;
import io.quorate.proto.v1.RestoreRequest;
import io.quorate.proto.v1.ShowLockRequest;
import io.quorate.proto.v1.TruncateTenantRequest;
import io.quorate.transport.access.MethodRule.EachOperation;
import io.quorate.transport.access.MethodRule.Granted;
import io.quorate.transport.access.MethodRule.OnCluster;
import io.quorate.transport.access.MethodRule.OnLocks;
import io.quorate.transport.access.MethodRule.OnTenant;
import io.quorate.transport.access.MethodRule.OnTenants;
import io.quorate.transport.access.MethodRule.Open;
import io.quorate.transport.access.MethodRule.Somewhere;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rule of each method that clients and operators call. A method that is not here is refused to
 * all; a test demands that each service has a rule for each of its methods.
 */
final class MethodRules {
  private static final Map<String, MethodRule> BY_METHOD = byMethod();

  private MethodRules() {}

  /**
   * The rule of a method; null if there is none.
   *
   * @param method its full name
   */
  static @Nullable MethodRule of(String method) {
    return BY_METHOD.get(method);
  }

  private static Map<String, MethodRule> byMethod() {
    Map<String, MethodRule> rules = new HashMap<>();
    ofKeyValue(rules, KeyValueGrpc.getServiceDescriptor());
    put(rules, PlacementGrpc.getGetPlacementMethod(), new Granted());
    put(rules, PlacementGrpc.getWatchPlacementMethod(), new Granted());
    ofLocks(rules);
    ofAccess(rules);
    ofAdmin(rules);
    ofMaintenance(rules);
    ofBackup(rules);
    return Map.copyOf(rules);
  }

  private static void put(
      Map<String, MethodRule> rules, MethodDescriptor<?, ?> method, MethodRule rule) {
    rules.put(method.getFullMethodName(), rule);
  }

  private static void ofKeyValue(Map<String, MethodRule> rules, ServiceDescriptor service) {
    service.getMethods().forEach(method -> put(rules, method, new EachOperation()));
  }

  private static void ofLocks(Map<String, MethodRule> rules) {
    put(
        rules,
        LocksGrpc.getAcquireLockMethod(),
        OnLocks.of(AcquireLockRequest.class, AcquireLockRequest::getName));
    // By owners, which are as good as secrets: they are told to those only that may take the lock.
    put(rules, LocksGrpc.getRenewLocksMethod(), new Somewhere(Action.LOCK));
    put(
        rules,
        LocksGrpc.getReleaseLockMethod(),
        OnLocks.of(ReleaseLockRequest.class, ReleaseLockRequest::getName));
    put(
        rules,
        LocksGrpc.getShowLockMethod(),
        OnLocks.of(ShowLockRequest.class, ShowLockRequest::getName));
    put(
        rules,
        LocksGrpc.getListLocksMethod(),
        OnLocks.of(ListLocksRequest.class, ListLocksRequest::getPrefix));
    // Its service asks about each of the locks.
    put(rules, LocksGrpc.getWaitForLocksMethod(), new Somewhere(Action.LOCK));
  }

  private static void ofAccess(Map<String, MethodRule> rules) {
    put(rules, AccessGrpc.getGetCallerMethod(), new Open());
    put(rules, AccessGrpc.getLogInMethod(), new Open());
    put(rules, AccessGrpc.getListUsersMethod(), new OnCluster(Action.AUDIT));
    put(rules, AccessGrpc.getListRolesMethod(), new OnCluster(Action.AUDIT));
    put(rules, AccessGrpc.getChangeAccessMethod(), new OnCluster(Action.SECURITY));
  }

  private static void ofAdmin(Map<String, MethodRule> rules) {
    MethodRule looks = new OnCluster(Action.MONITOR);
    MethodRule changesTopology = new OnCluster(Action.TOPOLOGY);
    put(rules, AdminGrpc.getGetStatusMethod(), looks);
    put(rules, AdminGrpc.getListTenantsMethod(), new Granted());
    put(
        rules,
        AdminGrpc.getCreateTenantMethod(),
        OnTenant.of(Action.TENANTS, CreateTenantRequest.class, each -> each.getTenant().getName()));
    put(
        rules,
        AdminGrpc.getAlterTenantMethod(),
        OnTenant.of(Action.TENANTS, AlterTenantRequest.class, AlterTenantRequest::getName));
    put(
        rules,
        AdminGrpc.getDropTenantMethod(),
        OnTenant.of(Action.TENANTS, DropTenantRequest.class, DropTenantRequest::getName));
    put(
        rules,
        AdminGrpc.getTruncateTenantMethod(),
        OnTenant.of(Action.TENANTS, TruncateTenantRequest.class, TruncateTenantRequest::getName));
    put(rules, AdminGrpc.getReadmitNodeMethod(), changesTopology);
    put(rules, AdminGrpc.getPlanTopologyChangeMethod(), changesTopology);
    put(rules, AdminGrpc.getChangeTopologyMethod(), changesTopology);
    put(rules, AdminGrpc.getCancelTopologyChangeMethod(), changesTopology);
    put(rules, AdminGrpc.getLimitTopologyChangeMethod(), changesTopology);
    put(rules, AdminGrpc.getCreateJoinTokenMethod(), changesTopology);
    put(rules, AdminGrpc.getListJoinTokensMethod(), looks);
    put(rules, AdminGrpc.getDropJoinTokenMethod(), changesTopology);
    put(rules, AdminGrpc.getGetUpgradeStatusMethod(), looks);
    put(rules, AdminGrpc.getFinalizeUpgradeMethod(), changesTopology);
  }

  private static void ofBackup(Map<String, MethodRule> rules) {
    put(
        rules,
        BackupGrpc.getReadBackupPageMethod(),
        OnTenant.of(Action.SCAN, ReadBackupPageRequest.class, ReadBackupPageRequest::getTenant));
    put(
        rules,
        BackupGrpc.getMakeCutMethod(),
        OnTenants.of(
            Action.MAINTENANCE,
            Action.SCAN,
            MakeCutRequest.class,
            request -> List.copyOf(request.getTenantsList())));
    put(rules, BackupGrpc.getGetCutMethod(), new OnCluster(Action.MONITOR));
    put(rules, BackupGrpc.getKeepCutMethod(), new OnCluster(Action.MAINTENANCE));
    put(rules, BackupGrpc.getEndCutMethod(), new OnCluster(Action.MAINTENANCE));
    put(
        rules,
        BackupGrpc.getBeginRestoreMethod(),
        OnTenant.of(Action.TENANTS, BeginRestoreRequest.class, each -> each.getTenant().getName()));
    put(
        rules,
        BackupGrpc.getRestoreMethod(),
        OnTenant.of(Action.TENANTS, RestoreRequest.class, RestoreRequest::getTenant));
    put(
        rules,
        BackupGrpc.getFinishRestoreMethod(),
        OnTenant.of(Action.TENANTS, FinishRestoreRequest.class, FinishRestoreRequest::getTenant));
    put(
        rules,
        BackupGrpc.getGiveUpRestoreMethod(),
        OnTenant.of(Action.TENANTS, GiveUpRestoreRequest.class, GiveUpRestoreRequest::getTenant));
  }

  private static void ofMaintenance(Map<String, MethodRule> rules) {
    MethodRule looks = new OnCluster(Action.MONITOR);
    MethodRule maintains = new OnCluster(Action.MAINTENANCE);
    put(rules, MaintenanceGrpc.getGetHintsMethod(), looks);
    put(rules, MaintenanceGrpc.getPauseHintsMethod(), maintains);
    // They show keys, and so more than monitors are to see.
    put(rules, MaintenanceGrpc.getListDeadLettersMethod(), maintains);
    put(rules, MaintenanceGrpc.getReplayDeadLettersMethod(), maintains);
    put(rules, MaintenanceGrpc.getDropDeadLettersMethod(), maintains);
    put(rules, MaintenanceGrpc.getRepairMethod(), maintains);
    put(rules, MaintenanceGrpc.getCancelRepairsMethod(), maintains);
    put(rules, MaintenanceGrpc.getGetComparisonsMethod(), looks);
    put(rules, MaintenanceGrpc.getHashPartitionMethod(), maintains);
    put(rules, MaintenanceGrpc.getReloadCertificatesMethod(), new OnCluster(Action.SECURITY));
    put(rules, MaintenanceGrpc.getGetLogLevelsMethod(), looks);
    put(rules, MaintenanceGrpc.getGetTenantSizesMethod(), looks);
    put(rules, MaintenanceGrpc.getSetLogLevelMethod(), maintains);
    put(rules, MaintenanceGrpc.getSetDrainedMethod(), maintains);
    put(rules, MaintenanceGrpc.getGetDrainedMethod(), looks);
  }
}
