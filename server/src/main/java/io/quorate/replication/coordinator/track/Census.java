package io.quorate.replication.coordinator.track;

import io.quorate.model.NodeId;

/** Counts what replicas owe answers to. */
@FunctionalInterface
public interface Census {
  /** A replica has owed the answer to a write since then, on the clock's {@code nanos()}. */
  void awaits(NodeId replica, long sinceNanos);
}
