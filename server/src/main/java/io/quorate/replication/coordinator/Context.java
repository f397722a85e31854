package io.quorate.replication.coordinator;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Network;
import io.quorate.version.HybridClock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** What every operation of one coordinator is given. */
record Context(
    NodeId self,
    int boot,
    Clock clock,
    HybridClock hybridClock,
    Replica replica,
    Network<ReplicaMessage> network,
    Liveness liveness,
    Plans plans,
    OperationTable table,
    Hints hints,
    Unanswered unanswered,
    TrackRecords tracks,
    Closeness closeness,
    Hedging hedging,
    CoordinatorConfig config,
    Rules rules,
    Consumer<Event> events) {

  /** A message that was not answered for so long is sent again, should it have been lost. */
  static final long RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  /** What is left until a deadline, at least 1 ms, as messages carry it. */
  int timeoutMillis(long deadlineNanos) {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - clock.nanos());
    return (int) Math.max(1, Math.min(left, Integer.MAX_VALUE));
  }

  /** Whether a clock of the cluster can have shown this hybrid time. */
  boolean isCredible(long hlc) {
    return hybridClock.isCredible(hlc, clock.wallMillis());
  }
}
