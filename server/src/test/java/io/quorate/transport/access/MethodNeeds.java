package io.quorate.transport.access;

import static io.quorate.access.Action.AUDIT;
import static io.quorate.access.Action.DELETE;
import static io.quorate.access.Action.LOCK;
import static io.quorate.access.Action.MAINTENANCE;
import static io.quorate.access.Action.MONITOR;
import static io.quorate.access.Action.READ;
import static io.quorate.access.Action.SCAN;
import static io.quorate.access.Action.SECURITY;
import static io.quorate.access.Action.TENANTS;
import static io.quorate.access.Action.TOPOLOGY;
import static io.quorate.access.Action.WRITE;

import io.quorate.access.Action;
import java.util.HashMap;
import java.util.Map;

/** What each method needs, as the documents say it: written down a second time, on purpose. */
final class MethodNeeds {
  /** By service and method, without the package. */
  private static final Map<String, Action> ACTIONS = actions();

  private MethodNeeds() {}

  /** Methods that take something, whatever it is, or nothing. */
  static boolean isOpen(String method) {
    return method.equals("Access/GetCaller") || method.equals("Access/LogIn");
  }

  static boolean takesAnything(String method) {
    return method.startsWith("Placement/") || method.equals("Admin/ListTenants");
  }

  /** Whether a right to keys with a prefix is too little. */
  static boolean isOfAllKeys(String method) {
    return method.equals("Backup/ReadBackupPage") || method.equals("Backup/MakeCut");
  }

  /** Whether a right to tenants is too little, and {@link Action#MAINTENANCE} is needed, too. */
  static boolean takesMaintenanceToo(String method) {
    return method.equals("Backup/MakeCut");
  }

  static boolean takesItSomewhere(String method) {
    return method.equals("Locks/RenewLocks") || method.equals("Locks/WaitForLocks");
  }

  static Action of(String method) {
    Action action = ACTIONS.get(method);
    if (action == null) {
      throw new AssertionError("it is written down nowhere what " + method + " needs");
    }
    return action;
  }

  private static Map<String, Action> actions() {
    Map<String, Action> needs = new HashMap<>();
    add(needs, READ, "KeyValue/Get", "KeyValue/BatchGet");
    add(
        needs,
        WRITE,
        "KeyValue/Put",
        "KeyValue/BatchPut",
        "KeyValue/Update",
        "KeyValue/Increment",
        "KeyValue/UpdateFields");
    add(needs, DELETE, "KeyValue/Delete");
    add(needs, SCAN, "KeyValue/Scan", "Backup/ReadBackupPage", "Backup/MakeCut");
    add(
        needs,
        LOCK,
        "Locks/AcquireLock",
        "Locks/RenewLocks",
        "Locks/ReleaseLock",
        "Locks/ShowLock",
        "Locks/WaitForLocks",
        "Locks/ListLocks");
    add(needs, MONITOR, "Admin/GetStatus", "Admin/GetUpgradeStatus", "Admin/ListJoinTokens");
    add(needs, MONITOR, "Maintenance/GetHints", "Maintenance/GetComparisons");
    add(needs, MONITOR, "Maintenance/GetLogLevels", "Maintenance/GetTenantSizes");
    add(needs, MONITOR, "Maintenance/GetDrained", "Backup/GetCut");
    add(
        needs,
        TENANTS,
        "Admin/CreateTenant",
        "Admin/AlterTenant",
        "Admin/DropTenant",
        "Admin/TruncateTenant",
        "Backup/BeginRestore",
        "Backup/Restore",
        "Backup/FinishRestore",
        "Backup/GiveUpRestore");
    add(
        needs,
        TOPOLOGY,
        "Admin/ReadmitNode",
        "Admin/PlanTopologyChange",
        "Admin/ChangeTopology",
        "Admin/CancelTopologyChange",
        "Admin/LimitTopologyChange",
        "Admin/CreateJoinToken",
        "Admin/DropJoinToken",
        "Admin/FinalizeUpgrade");
    add(
        needs,
        MAINTENANCE,
        "Maintenance/PauseHints",
        "Maintenance/SetDrained",
        "Maintenance/HashPartition",
        "Maintenance/ListDeadLetters",
        "Maintenance/ReplayDeadLetters",
        "Maintenance/DropDeadLetters",
        "Maintenance/Repair",
        "Maintenance/CancelRepairs",
        "Backup/EndCut",
        "Backup/KeepCut",
        "Maintenance/SetLogLevel");
    add(needs, AUDIT, "Access/ListUsers", "Access/ListRoles");
    add(needs, SECURITY, "Access/ChangeAccess", "Maintenance/ReloadCertificates");
    return Map.copyOf(needs);
  }

  private static void add(Map<String, Action> needs, Action action, String... methods) {
    for (String method : methods) {
      needs.put(method, action);
    }
  }
}
