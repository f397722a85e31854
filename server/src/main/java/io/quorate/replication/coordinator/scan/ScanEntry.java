package io.quorate.replication.coordinator.scan;

import io.quorate.model.Invariant;
import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane.ScanCallback;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.Failures;
import io.quorate.replication.coordinator.operation.Plan;

/** Where pages of scans begin. */
public final class ScanEntry {
  private final Context context;

  public ScanEntry(Context context) {
    this.context = context;
  }

  /**
   * Begins a page.
   *
   * @return whether it has begun; else it was refused
   */
  public boolean begin(ClientScan scan, ScanCallback callback) {
    Placements placements = context.plans().placements();
    ScanRequest request = scan.page();
    Plan first = context.plans().plan(scan.tenant().id(), 0);
    if (first == null) {
      callback.failed(Failures.tenantGone(scan.tenant(), placements));
      return false;
    }
    Tenant tenant = first.tenant();
    if (tenant.isBeingRestored()) {
      callback.failed(Failures.beingRestored(tenant));
      return false;
    }
    Level said = request.level() == null ? tenant.readLevel() : request.level();
    Level level = said.in(placements.regionOf(context.self()));
    if (!first.stage().canReach(level)) {
      callback.failed(Failures.unreachableLevel(first, level));
      return false;
    }
    Failure tooNew = ScanChecks.refusal(request.keys(), placements.clusterVersion());
    if (tooNew != null) {
      callback.failed(tooNew);
      return false;
    }
    int partitions = placements.partitions().size();
    ScanCursor from =
        request.cursor().length == 0
            ? ScanCursor.start(tenant.id(), partitions, request.keys().reverse())
            : ScanCursor.of(request.cursor(), partitions);
    Failure misfit = ScanChecks.refusal(tenant, request.keys(), from);
    if (from == null || misfit != null) {
      callback.failed(Invariant.present(misfit, "what is no cursor is refused"));
      return false;
    }
    new ScanOperation(context, tenant, level, request, scan.deadlineNanos(), callback).start(from);
    return true;
  }
}
