package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;

import com.google.errorprone.annotations.CheckReturnValue;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Level;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Hinted;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Again;
import io.quorate.replication.coordinator.operation.PlayedReplica.Fresh;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One put at a {@link PlayedNode}: how it begins, and what can be seen of it. */
@CheckReturnValue
final class PlayedWrite {
  /** Until the deadline of the put. */
  static final int TIMEOUT_MILLIS = 10_000;

  private static final byte[] VALUE = {42};

  private final PlayedNode node;
  private final Key key = new Key(1, new byte[] {7});
  private final long deadlineNanos;

  PlayedWrite(PlayedNode node) {
    this.node = node;
    this.deadlineNanos = node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
  }

  /** A put comes from a client. */
  List<Object> put(Level level) {
    return node.step(operation(level)::start);
  }

  WriteOperation operation(Level level) {
    return operation(level, 0);
  }

  /** A put comes from a client whose session has seen something. */
  List<Object> putAbove(long seen, Level level) {
    return node.step(operation(level, seen)::start);
  }

  private WriteOperation operation(Level level, long seen) {
    Plan plan = node.plan();
    Operation put =
        new Operation.Put(
            plan.tenant().name(), key.bytes(), VALUE, level, 0, new RequestId(0, 1, 1));
    return new WriteOperation(
        node.context(),
        node.hints(),
        plan,
        new ClientRequest(plan.tenant(), key, PARTITION, put, deadlineNanos),
        level,
        new Content.Fresh(VALUE, 0, seen),
        node::answered,
        node::beginsAgain);
  }

  /** The record of this put with a stamp. */
  Record record(Version version, long epoch) {
    return Record.value(version, epoch, 0, VALUE);
  }

  private int leftMillis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
  }

  Fresh fresh(long epoch) {
    return new Fresh(PARTITION, epoch, leftMillis(), key);
  }

  /** A node is sent the record, in the message with the nth id. */
  Sent sent(NodeId to, int nth, Record record, long epoch) {
    return new Sent(to, message(nth, record, epoch));
  }

  /** The own replica is sent it, too. */
  Again again(int nth, Record record, long epoch) {
    return new Again(message(nth, record, epoch));
  }

  /** What replicas are sent of the record, with the nth id. */
  Write message(int nth, Record record, long epoch) {
    return new Write(node.id(nth), PARTITION, epoch, key, record, Cause.FRESH, leftMillis());
  }

  Hinted missed(NodeId replica, long epoch) {
    return new Hinted(replica, PARTITION, epoch, key);
  }

  Answered written(Record record, long epoch, NodeId... acknowledged) {
    return written(record, false, epoch, acknowledged);
  }

  /** The answer to a write at a level at which reads of the tenant may miss the record. */
  Answered writtenWeakly(Record record, long epoch, NodeId... acknowledged) {
    return written(record, true, epoch, acknowledged);
  }

  private Answered written(Record record, boolean weakly, long epoch, NodeId... acknowledged) {
    return new Answered(
        new Outcome.Written(
            record.version(),
            new ResultInfo(PARTITION, epoch, List.of(acknowledged), weakly, node.hlc())));
  }

  static Stamped stamped(Record record) {
    return new Stamped(record);
  }
}
