package io.quorate.replication.fact;

import io.quorate.model.NodeId;
import io.quorate.placement.Level;

/** Something worth counting that happened in the data plane. */
public sealed interface Fact {

  /** A replica held a higher version, so a write was stamped again above it. */
  record Restamped(boolean afterRead) implements Fact {}

  /** A replica refused a request of a lower epoch than it serves. */
  record StaleEpochRefused() implements Fact {}

  /** A replica held a request of a higher epoch than it serves until it caught up. */
  record ParkedForEpoch() implements Fact {}

  /** A read wrote the newest record back to {@code replicas} before it answered. */
  record RepairedBeforeAnswering(int replicas) implements Fact {}

  /** After a read that met disagreement, replicas that it had not asked were sent the newest. */
  record RepairedInBackground(int replicas) implements Fact {}

  /** A read asked one more replica since the ones asked were slow. */
  record Hedged() implements Fact {}

  /** Too few replicas are live for the level, so nothing was sent. */
  record FailedFast(Level level) implements Fact {}

  /** A bound was hit and a request refused; {@code bound} names the bound. */
  record Overloaded(String bound) implements Fact {}

  /** A request was dropped before it cost anything, since its deadline had passed. */
  record Expired() implements Fact {}

  /** This node's clock is off from most of the others', so it coordinates no writes. */
  record ClockSkewed(long skewMillis) implements Fact {}

  /** A message to another node was dropped; the reason is a short fixed word. */
  record MessageDropped(String reason) implements Fact {}

  /** A request was refused since this node's disk did not give back what it should hold. */
  record ReadFailed(String why) implements Fact {}

  /** A node was last heard too long ago to count on, or is heard again. */
  record Liveness(NodeId node, boolean live) implements Fact {}

  /** A tenant's own levels let its reads miss acknowledged writes; told once per tenant. */
  record PotentiallyStaleTenant(String tenant) implements Fact {}
}
