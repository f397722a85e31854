package io.quorate.replication.coordinator.operation;

import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.DataPlane.OutcomeCallback;

/**
 * A client's write that has begun: told how it ends, or run to begin it again on a replica after
 * this node has ceased to be one.
 */
public interface WriteUnderWay extends OutcomeCallback, Runnable {
  ClientRequest request();
}
