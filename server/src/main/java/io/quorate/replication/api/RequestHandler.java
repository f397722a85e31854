package io.quorate.replication.api;

import io.quorate.replication.api.DataPlane.OutcomeCallback;
import io.quorate.replication.api.DataPlane.ScanCallback;

/**
 * Takes clients' requests that have been resolved. The stages of the data plane stand behind each
 * other so: each one carries a request out, keeps it for a while, refuses it, or hands it on to the
 * next. Calls and callbacks are as for a {@link DataPlane}.
 */
public interface RequestHandler {
  /** Carries out one operation. */
  void submit(ClientRequest request, OutcomeCallback callback);

  /** Reads one page. */
  void scan(ClientScan scan, ScanCallback callback);
}
