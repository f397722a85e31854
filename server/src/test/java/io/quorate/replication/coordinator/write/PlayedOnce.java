package io.quorate.replication.coordinator.write;

import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;

import com.google.errorprone.annotations.CheckReturnValue;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.RequestId;
import io.quorate.placement.Retries;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.api.WriteStamp;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Fresh;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.coordinator.operation.PlayedReplica.Stamped;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Probe;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Record;
import io.quorate.version.StampedRecord;
import io.quorate.version.Version;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One put at a {@link PlayedNode} that its client has stamped. */
@CheckReturnValue
final class PlayedOnce {
  /** Until the deadline of the put. */
  static final int TIMEOUT_MILLIS = 10_000;

  private static final byte[] VALUE = {42};

  private final PlayedNode node;
  private final Key key = new Key(1, new byte[] {7});
  private final RequestId request = new RequestId(0, 1, 1);
  private final WriteStamp stamp;
  private final Record record;
  private final long deadlineNanos;

  /**
   * @param stamped hybrid time of the stamp
   * @param first whether it is the first attempt
   */
  PlayedOnce(PlayedNode node, long stamped, boolean first) {
    this.node = node;
    this.stamp = new WriteStamp(stamped, 5, 0, first);
    this.record = StampedRecord.of(key, request, stamped, 5, 0, VALUE);
    this.deadlineNanos = node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
  }

  /** A tenant whose writes take effect at most once. */
  static Tenant tenant(int replicas) {
    return new Tenant(
        1, "orders", replicas, TenantSettings.NONE.with(TenantSetting.RETRIES, Retries.ONCE));
  }

  /** The put comes from a client. */
  List<Object> put() {
    Plan plan = node.plan();
    Operation put =
        new Operation.Put(plan.tenant().name(), key.bytes(), VALUE, null, 0, request, stamp);
    ClientRequest asked = new ClientRequest(plan.tenant(), key, PARTITION, put, deadlineNanos);
    return node.step(
        () ->
            new OnceOperation(
                    node.context(),
                    node.hints(),
                    plan,
                    asked,
                    OnceOperation.Stamped.of(asked, stamp, VALUE),
                    node::answered,
                    node::beginsAgain)
                .start());
  }

  Record record() {
    return record;
  }

  Version version() {
    return record.version();
  }

  private int leftMillis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
  }

  private Probe question(int nth, long epoch) {
    return new Probe(
        node.id(nth), PARTITION, epoch, key, version(), !stamp.firstAttempt(), leftMillis());
  }

  /** A node is asked, in the message with the nth id. */
  Sent asked(NodeId to, int nth, long epoch) {
    return new Sent(to, question(nth, epoch));
  }

  /** The own replica is asked. */
  Own ownAsked(int nth, long epoch) {
    return new Own(question(nth, epoch));
  }

  Fresh stored(long epoch) {
    return new Fresh(PARTITION, epoch, leftMillis(), key);
  }

  /** A node is sent the record, in the message with the nth id. */
  Sent sent(NodeId to, int nth, long epoch) {
    return new Sent(
        to, new Write(node.id(nth), PARTITION, epoch, key, record, Cause.FRESH, leftMillis()));
  }

  Stamped stamped(@Nullable Record given) {
    return new Stamped(given);
  }

  Answered written(long epoch, NodeId... acknowledged) {
    return new Answered(
        new Outcome.Written(
            version(), new ResultInfo(PARTITION, epoch, List.of(acknowledged), false, node.hlc())));
  }
}
