package io.quorate.replication.admission;

import io.quorate.placement.Placements;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.ClientScan;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.RequestHandler;
import io.quorate.replication.api.ScanRequest;

/**
 * Where clients' requests enter the data plane of one node: resolves each of them, once, and
 * refuses those of tenants that there are not.
 */
public final class Entry implements DataPlane {
  private final RequestHandler next;
  private Placements placements;

  /**
   * @param next takes what was resolved
   */
  public Entry(RequestHandler next, Placements placements) {
    this.next = next;
    this.placements = placements;
  }

  /** Learns which tenants there are. Told last: what stands behind it knows them by then. */
  public void placementsChanged(Placements placementsNow) {
    placements = placementsNow;
  }

  @Override
  public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
    ClientRequest request = ClientRequest.of(placements, operation, deadlineNanos);
    if (request == null) {
      callback.done(new Outcome.Failed(Failure.unknownTenant(operation.tenant())));
    } else {
      next.submit(request, callback);
    }
  }

  @Override
  public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
    ClientScan scan = ClientScan.of(placements, request, deadlineNanos);
    if (scan == null) {
      callback.failed(Failure.unknownTenant(request.tenant()));
    } else {
      next.scan(scan, callback);
    }
  }
}
