package io.quorate.replication.coordinator.read;

import static io.quorate.replication.coordinator.operation.PlayedNode.PARTITION;

import com.google.errorprone.annotations.CheckReturnValue;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.ReadRepair;
import io.quorate.replication.api.ClientRequest;
import io.quorate.replication.api.Minimum;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ResultInfo;
import io.quorate.replication.coordinator.operation.Plan;
import io.quorate.replication.coordinator.operation.PlayedNode;
import io.quorate.replication.coordinator.operation.PlayedNode.Answered;
import io.quorate.replication.coordinator.operation.PlayedNode.Sent;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Read;
import io.quorate.replication.message.ReplicaMessage.Write;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One get at a {@link PlayedNode}: how it begins, and what can be seen of it. */
@CheckReturnValue
public final class PlayedRead {
  /** Until the deadline of the get. */
  public static final int TIMEOUT_MILLIS = 10_000;

  private final PlayedNode node;
  private final Key key = new Key(1, new byte[] {7});
  private final long epoch;
  private final long deadlineNanos;

  /** A get that a client asks for now. */
  public PlayedRead(PlayedNode node, long epoch) {
    this(node, epoch, node.nanos() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS));
  }

  private PlayedRead(PlayedNode node, long epoch, long deadlineNanos) {
    this.node = node;
    this.epoch = epoch;
    this.deadlineNanos = deadlineNanos;
  }

  /** Returns this get, whose messages are expected under another epoch. */
  public PlayedRead under(long other) {
    return new PlayedRead(node, other, deadlineNanos);
  }

  /** The read of all replicas that this node starts after some gets, with its own deadline. */
  public PlayedRead byChance() {
    return new PlayedRead(node, epoch, node.nanos() + TimeUnit.SECONDS.toNanos(2));
  }

  public List<Object> get(Level level, ReadRepair repair) {
    return get(level, repair, null);
  }

  /** A get whose client has seen something. */
  public List<Object> get(Level level, ReadRepair repair, @Nullable Minimum minimum) {
    Plan plan = node.plan();
    Operation get = new Operation.Get(plan.tenant().name(), key.bytes(), level, repair, minimum);
    return node.step(
        () ->
            new ReadOperation(
                    node.context(),
                    plan,
                    new ClientRequest(plan.tenant(), key, PARTITION, get, deadlineNanos),
                    level,
                    repair,
                    node::answered,
                    (request, callback) -> node.beginsAgain())
                .start());
  }

  private int leftMillis() {
    return (int) TimeUnit.NANOSECONDS.toMillis(deadlineNanos - node.nanos());
  }

  private Read question(int nth, @Nullable Record known, boolean versionOnly) {
    return new Read(
        node.id(nth),
        PARTITION,
        epoch,
        key,
        known == null ? null : known.summary(),
        versionOnly,
        node.hlc(),
        leftMillis());
  }

  /** The own replica is asked, in the round with the nth id. */
  public Own asksOwn(int nth) {
    return new Own(question(nth, null, false));
  }

  /** Another node is asked what it holds beside a record. */
  public Sent asks(NodeId replica, int nth, @Nullable Record known) {
    return new Sent(replica, question(nth, known, false));
  }

  /** A replica is asked for the version of a known record only. */
  public Sent asksVersion(NodeId replica, int nth, Record known) {
    return new Sent(replica, question(nth, known, true));
  }

  private Write repair(int nth, Record record) {
    return new Write(node.id(nth), PARTITION, epoch, key, record, Cause.REPAIR, leftMillis());
  }

  public Own repairsOwn(int nth, Record record) {
    return new Own(repair(nth, record));
  }

  public Sent repairs(NodeId replica, int nth, Record record) {
    return new Sent(replica, repair(nth, record));
  }

  /** A record of a value of some bytes, written under the first epoch. */
  public static Record record(Version version, int bytes) {
    return Record.value(version, PlayedNode.EPOCH, 0, new byte[bytes]);
  }

  public Outcome.Read found(Record record, NodeId... answered) {
    return Outcome.Read.of(record, info(false, answered));
  }

  /** A later read may not find the record, and the answer says so. */
  public Outcome.Read foundAndMayBeMissed(Record record, NodeId... answered) {
    return Outcome.Read.of(record, info(true, answered));
  }

  public Outcome.Read absent(@Nullable Version deletion, NodeId... answered) {
    return Outcome.Read.absent(deletion, info(false, answered));
  }

  public Outcome.Read absentAndMayBeMissed(@Nullable Version deletion, NodeId... answered) {
    return Outcome.Read.absent(deletion, info(true, answered));
  }

  /** Nothing is found under a mark up to which deletions are purged. */
  public Outcome.Read nothing(long purged, boolean mayBeMissed, NodeId... answered) {
    return Outcome.Read.nothing(purged, info(mayBeMissed, answered));
  }

  private ResultInfo info(boolean stale, NodeId... answered) {
    return new ResultInfo(PARTITION, epoch, List.of(answered), stale, node.hlc());
  }

  public static Answered answered(Outcome outcome) {
    return new Answered(outcome);
  }
}
