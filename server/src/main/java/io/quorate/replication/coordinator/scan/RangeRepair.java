package io.quorate.replication.coordinator.scan;

import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.replication.coordinator.operation.Context;
import io.quorate.replication.coordinator.operation.InFlight;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.storage.RecordStore;
import org.jspecify.annotations.Nullable;

/** One record of a scanned page, on its way to one replica that lacked it. */
final class RangeRepair implements InFlight {
  private final PartitionRead read;
  private final NodeId replica;
  private final RecordStore.Entry entry;
  private @Nullable Context context;
  private @Nullable Write message;
  private long deadlineNanos;
  private long sentNanos;

  RangeRepair(PartitionRead read, NodeId replica, RecordStore.Entry entry) {
    this.read = read;
    this.replica = replica;
    this.entry = entry;
  }

  NodeId replica() {
    return replica;
  }

  void start(Context in, Plan plan, long until) {
    context = in;
    deadlineNanos = until;
    Write write =
        new Write(
            in.table().add(this),
            plan.partition(),
            plan.epoch(),
            entry.key(),
            entry.record(),
            Cause.REPAIR,
            in.timeoutMillis(until));
    message = write;
    send(in, write);
  }

  private void send(Context in, Write write) {
    sentNanos = in.clock().nanos();
    if (replica.equals(in.self())) {
      in.replica()
          .write(
              write,
              outcome -> {
                if (message != null) {
                  onWriteReply(replica, outcome);
                }
              });
    } else {
      in.network().send(replica, write);
    }
  }

  @Override
  public void onWriteReply(NodeId from, WriteOutcome outcome) {
    if (from.equals(replica)) {
      end();
      read.repaired(this, outcome);
    }
  }

  /** Waits no longer. */
  void end() {
    if (message != null && context != null) {
      context.table().remove(message.id());
      message = null;
    }
  }

  @Override
  public void check(long nowNanos) {
    if (message != null
        && context != null
        && !replica.equals(context.self())
        && nowNanos - sentNanos > Context.RESEND_NANOS) {
      send(context, message);
    }
  }

  @Override
  public long deadlineNanos() {
    return deadlineNanos;
  }

  @Override
  public void expire() {
    Invariant.hold(message != null, "a repair in the table has been sent");
    end(); // the read that waits for it has the same deadline
  }
}
