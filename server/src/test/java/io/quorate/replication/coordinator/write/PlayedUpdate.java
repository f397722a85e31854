package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.EPOCH;
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
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Fresh;
import io.quorate.replication.coordinator.register.RegisterEntry;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.FieldChange;
import io.quorate.version.Record;
import io.quorate.version.Writer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Updates at a {@link PlayedNode}: how they begin, and what can be seen of them. */
@CheckReturnValue
final class PlayedUpdate {
  private static final int TIMEOUT_MILLIS = 10_000;

  private final PlayedNode node;
  private final Key key = new Key(1, new byte[] {7});
  private final long deadlineNanos;

  PlayedUpdate(PlayedNode node) {
    this.node = node;
    this.deadlineNanos = node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
  }

  /** An update comes from a client, for the first time or again. */
  List<Object> update(Level level, Writer writer, boolean first, FieldChange... changes) {
    return updateIn(0, level, writer, first, changes);
  }

  /** An update comes from a client that counts in a tenant with this id. */
  List<Object> updateIn(
      int tenantId, Level level, Writer writer, boolean first, FieldChange... changes) {
    Plan plan = node.plan();
    Operation update =
        new Operation.Update(
            plan.tenant().name(),
            key.bytes(),
            level,
            new RequestId(0, 1, 1),
            writer,
            first,
            List.of(changes),
            tenantId);
    ClientRequest request = new ClientRequest(plan.tenant(), key, PARTITION, update, deadlineNanos);
    WriteEntry entry =
        new WriteEntry(
            node.context(),
            node.hints(),
            new RegisterEntry(node.context(), node.hints()),
            (same, callback) -> node.beginsAgain());
    return node.step(() -> entry.begin(request, plan, level, node::answered));
  }

  private int leftMillis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
  }

  /** The own replica is asked what it holds. */
  Fresh fresh() {
    return new Fresh(PARTITION, EPOCH, leftMillis(), key);
  }

  /** A node is sent the record, in the message with the nth id. */
  Sent sent(NodeId to, int nth, Record record) {
    return new Sent(
        to, new Write(node.id(nth), PARTITION, EPOCH, key, record, Cause.FRESH, leftMillis()));
  }

  /** The client is told how many have it. */
  Answered updated(NodeId... acknowledged) {
    return new Answered(
        new Outcome.Updated(
            new ResultInfo(PARTITION, EPOCH, List.of(acknowledged), false, node.hlc())));
  }
}
