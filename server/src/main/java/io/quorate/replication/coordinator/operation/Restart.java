package io.quorate.replication.coordinator.operation;

import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;

/**
 * Begins a request again that was planned on placements that are over: nothing of it can have been
 * applied, or it is a read.
 */
public interface Restart {
  void begin(ClientRequest request, OutcomeCallback callback);
}
