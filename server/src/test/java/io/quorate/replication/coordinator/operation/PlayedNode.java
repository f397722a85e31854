package io.quorate.replication.coordinator.operation;

import com.google.errorprone.annotations.CheckReturnValue;
import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Placements.Member;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.PlayedReplica.Own;
import io.quorate.replication.health.LiveNodes;
import io.quorate.replication.hint.MissedWrites;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.PrepareOutcome;
import io.quorate.replication.message.ReplicaMessage.ProbeOutcome;
import io.quorate.replication.message.ReplicaMessage.RangeOutcome;
import io.quorate.replication.message.ReplicaMessage.ReadOutcome;
import io.quorate.replication.message.ReplicaMessage.Request;
import io.quorate.replication.message.ReplicaMessage.WriteOutcome;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Network;
import io.quorate.version.Hlc;
import io.quorate.version.HybridClock;
import io.quorate.version.Record;
import io.quorate.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Node A, of which a test drives one operation, step by step. The test plays everything around it:
 * it answers for the replicas, including this node's own, sets the clock, and says which nodes are
 * live, how partition 0 is placed, and for which nodes there is room for hints.
 *
 * <p>Each step returns all its effects, in order: messages to other nodes, requests to this node's
 * replica, hints, events, and answers to the client. A test that compares the whole list therefore
 * also says what did not happen.
 */
@CheckReturnValue
public final class PlayedNode {
  public static final NodeId A = new NodeId(1);
  public static final NodeId B = new NodeId(2);
  public static final NodeId C = new NodeId(3);
  public static final NodeId D = new NodeId(4);
  public static final NodeId E = new NodeId(5);

  /** Regions matter to tenants only that are replicated by region. */
  public static final String REGION_OF_A_AND_B = "near";

  public static final String REGION_OF_OTHERS = "far";

  public static final int BOOT = 1;
  public static final int PARTITION = 0;
  public static final long EPOCH = 7;

  /** How far ahead of this node's clock another clock may be for this node to follow it, ms. */
  public static final long CLOCK_BOUND_MILLIS = 500;

  private static final long BEGAN_WALL_MILLIS = 1_000_000;
  private static final long BEGAN_NANOS = 5_000_000_000L;

  /** A message was sent to another node. */
  public record Sent(NodeId to, ReplicaMessage message) {}

  /** A hint was written, or its partition marked. */
  public record Hinted(NodeId target, int partition, long epoch, Key key) {}

  /** The caller was answered with a result. */
  public record Answered(Object result) {}

  /** The client was answered with a failure, whose text is {@link #message}. */
  public record Failed(Failure.Reason reason, boolean mayHaveApplied, List<NodeId> answered) {
    public Failed {
      answered = List.copyOf(answered);
    }
  }

  /** It was asked whether a lock is held under a token. */
  public record AskedForToken(long token, Consumer<HeldTokens.Answer> callback) {}

  /** The request was given back, to be begun again from its beginning. */
  public record BegunAgain() {}

  private final List<Object> happened = new ArrayList<>();

  /** Ids of messages sent and requests to this node's replica, in order. */
  private final List<Long> ids = new ArrayList<>();

  private final PlayedReplica replica = new PlayedReplica(this::happened);
  private final Set<NodeId> silent = new TreeSet<>();
  private final Map<NodeId, Long> roundTripMillis = new TreeMap<>();
  private final Set<NodeId> expected = new TreeSet<>();
  private final Set<NodeId> withoutRoom = new TreeSet<>();
  private final HybridClock hybridClock = new HybridClock(CLOCK_BOUND_MILLIS);
  private final Context context;
  private final Tenant tenant;
  private long passedNanos;
  private long stateVersion = 1;
  private @Nullable Failure lastFailure;

  private final class SetClock implements Clock {
    @Override
    public long wallMillis() {
      return BEGAN_WALL_MILLIS + TimeUnit.NANOSECONDS.toMillis(passedNanos);
    }

    @Override
    public long nanos() {
      return BEGAN_NANOS + passedNanos;
    }
  }

  private final class Sending implements Network<ReplicaMessage> {
    @Override
    public void send(NodeId to, ReplicaMessage sent) {
      happened(new Sent(to, sent));
    }

    @Override
    public boolean isConnected(NodeId to) {
      return !silent.contains(to);
    }
  }

  private final class SaidLive implements LiveNodes {
    @Override
    public boolean isLive(NodeId node) {
      return !silent.contains(node);
    }

    @Override
    public boolean isExpected(NodeId node) {
      return expected.contains(node);
    }

    @Override
    public boolean isWritable(NodeId node) {
      return isLive(node);
    }

    @Override
    public OptionalLong roundTripMillis(NodeId node) {
      Long known = roundTripMillis.get(node);
      return known == null ? OptionalLong.empty() : OptionalLong.of(known);
    }

    @Override
    public @Nullable String whyThisNodeTakesNoWrites() {
      return null;
    }

    @Override
    public long awakeSinceNanos() {
      return BEGAN_NANOS;
    }
  }

  /** What it has written hints of. */
  public MissedWrites hints() {
    return new Noted();
  }

  private final class Noted implements MissedWrites {
    @Override
    public void missed(NodeId target, int partition, long epoch, Key key) {
      happened(new Hinted(target, partition, epoch, key));
    }

    @Override
    public boolean hasRoom(NodeId target, int partition, long epoch, Key key) {
      return !withoutRoom.contains(target);
    }
  }

  /**
   * Returns a node whose partition has these replicas, for a tenant with that replication factor.
   */
  public PlayedNode(NodeId... replicas) {
    this(tenant(replicas.length), placed(EPOCH, replicas), CoordinatorConfig.DEFAULT);
  }

  /**
   * @param placement of partition 0, the only one
   */
  public PlayedNode(Tenant tenant, PartitionPlacement placement, CoordinatorConfig config) {
    this(tenant, placement, config, new CoordinatorRules());
  }

  public PlayedNode(
      Tenant tenant,
      PartitionPlacement placement,
      CoordinatorConfig config,
      CoordinatorRules rules) {
    this.tenant = tenant;
    context =
        new Context(
            new Context.Node(
                A,
                BOOT,
                new SetClock(),
                hybridClock,
                replica,
                new Sending(),
                new SaidLive(),
                (token, deadlineNanos, callback) -> happened(new AskedForToken(token, callback))),
            placements(Map.of(tenant.name(), tenant), placement, Map.of()),
            config,
            rules,
            this::happened);
  }

  /** A tenant that leaves everything as it usually is. */
  public static Tenant tenant(int replicas) {
    return new Tenant(1, "orders", replicas, TenantSettings.NONE);
  }

  /** A partition at rest. */
  public static PartitionPlacement placed(long epoch, NodeId... replicas) {
    return new PartitionPlacement(epoch, List.of(replicas));
  }

  private Placements placements(
      Map<String, Tenant> tenants, PartitionPlacement placement, Map<Integer, Long> lossEpochs) {
    Map<NodeId, Member> members = new TreeMap<>();
    for (NodeId node : List.of(A, B, C, D, E)) {
      String region = List.of(A, B).contains(node) ? REGION_OF_A_AND_B : REGION_OF_OTHERS;
      members.put(node, new Member(node, "node" + node.value() + ":7400", region, "", 1));
    }
    return new Placements(1, stateVersion++, members, tenants, List.of(placement), 0, lossEpochs);
  }

  private void happened(Object what) {
    happened.add(what);
    Object said = what instanceof Sent sent ? sent.message() : what;
    if (said instanceof Own own) {
      said = own.request();
    } else if (said instanceof PlayedReplica.Again again) {
      said = again.write();
    }
    if (said instanceof Request request && !ids.contains(request.id())) {
      ids.add(request.id());
    }
  }

  private void happened(Event event) {
    happened((Object) event);
  }

  // ---- what the operation is made of

  public Context context() {
    return context;
  }

  public Plan plan() {
    return Objects.requireNonNull(context.plans().plan(tenant.id(), PARTITION));
  }

  /** Takes the answer to the client. */
  public void answered(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      failed(failed.failure());
    } else {
      happened(new Answered(outcome));
    }
  }

  public void failed(Failure failure) {
    lastFailure = failure;
    happened(new Failed(failure.reason(), failure.mayHaveApplied(), failure.answered()));
  }

  public void answeredWith(Object result) {
    happened(new Answered(result));
  }

  public void beginsAgain() {
    happened(new BegunAgain());
  }

  // ---- what is looked at

  /** The last failure. */
  public Failure failure() {
    return Objects.requireNonNull(lastFailure, "nothing has failed");
  }

  /** The words of the last failure. */
  public String message() {
    return lastFailure == null ? "" : lastFailure.message();
  }

  /** Whether no operation waits for anything. */
  public boolean isIdle() {
    return context.table().size() == 0;
  }

  /**
   * The id of a message: 1 for the first that there was, 2 for the first with another, and so on.
   */
  public long id(int nth) {
    return ids.get(nth - 1);
  }

  public long wallMillis() {
    return context.clock().wallMillis();
  }

  public long nanos() {
    return context.clock().nanos();
  }

  /** What the hybrid clock shows. */
  public long hlc() {
    return hybridClock.read(wallMillis());
  }

  /** A version that was stamped this long after the node began. */
  public static Version version(NodeId by, long millis, int counter) {
    return new Version(0, Hlc.of(BEGAN_WALL_MILLIS + millis, counter), by, BOOT);
  }

  // ---- what a test says is so

  public void dies(NodeId node) {
    silent.add(node);
  }

  /** The cluster is at a version from which on a write goes to each other region once. */
  public void relaysWrites() {
    Placements now = context.plans().placements();
    context
        .relays()
        .placementsChanged(
            new Placements(
                Release.NEWEST_VERSION,
                now.stateVersion(),
                now.nodes(),
                now.tenants(),
                now.partitions(),
                now.copyBytesPerSecond(),
                now.lossEpochs(),
                now.cut()));
  }

  /** It was measured how long a message to another node and its answer are on their way. */
  public void isAway(NodeId node, long roundTrip) {
    roundTripMillis.put(node, roundTrip);
  }

  /** A node has never been heard, and may come up. */
  public void isYetToBeHeard(NodeId node) {
    silent.add(node);
    expected.add(node);
  }

  public void isHeard(NodeId node) {
    silent.remove(node);
    expected.remove(node);
  }

  public void hasNoRoomForHintsOf(NodeId node) {
    withoutRoom.add(node);
  }

  /** Has the own replica answer its next question before the call returns. */
  public void ownAnswersAtOnce(Object outcome) {
    replica.answersAtOnce(outcome);
  }

  // ---- steps

  public List<Object> step(Runnable step) {
    step.run();
    List<Object> all = List.copyOf(happened);
    happened.clear();
    return all;
  }

  /** The own replica has read what it holds, for the fresh write that was its nth question. */
  public List<Object> ownStamps(int question, @Nullable Record held, long promised) {
    return step(() -> replica.stamp(question, held, promised));
  }

  /** The own replica answers its nth question. */
  public List<Object> ownAnswers(int question, Object outcome) {
    return step(() -> replica.answer(question, outcome));
  }

  /** Another node answers the message with the nth id. */
  public List<Object> writeReply(NodeId from, int nth, WriteOutcome outcome) {
    return reply(nth, waiting -> waiting.onWriteReply(from, outcome));
  }

  public List<Object> readReply(NodeId from, int nth, ReadOutcome outcome) {
    return reply(nth, waiting -> waiting.onReadReply(from, outcome));
  }

  public List<Object> probeReply(NodeId from, int nth, ProbeOutcome outcome) {
    return reply(nth, waiting -> waiting.onProbeReply(from, outcome));
  }

  public List<Object> prepareReply(NodeId from, int nth, PrepareOutcome outcome) {
    return reply(nth, waiting -> waiting.onPrepareReply(from, outcome));
  }

  public List<Object> rangeReply(NodeId from, int nth, RangeOutcome outcome) {
    return reply(nth, waiting -> waiting.onRangeReply(from, outcome));
  }

  private List<Object> reply(int nth, Consumer<InFlight> answer) {
    InFlight waiting = context.table().get(id(nth));
    return step(
        () -> {
          if (waiting != null) {
            answer.accept(waiting);
          }
        });
  }

  /** Time passes of which the coordinator has not taken note yet, as after a pause. */
  public void isPaused(long millis) {
    passedNanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  /** Time passes, and then the coordinator looks at what is under way. */
  public List<Object> after(long millis) {
    passedNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    long now = nanos();
    return step(
        () ->
            context
                .table()
                .forEach(
                    waiting -> {
                      if (waiting.deadlineNanos() - now <= 0) {
                        waiting.expire();
                      } else {
                        waiting.check(now);
                      }
                    }));
  }

  /** This node learns how the partition is placed now. */
  public List<Object> isPlaced(PartitionPlacement placement) {
    return learns(placements(Map.of(tenant.name(), tenant), placement, Map.of()));
  }

  /** Applies a placement in which writes before an epoch may be lost. */
  public List<Object> hasLost(PartitionPlacement placement, long lossEpoch) {
    return learns(
        placements(Map.of(tenant.name(), tenant), placement, Map.of(PARTITION, lossEpoch)));
  }

  /** This node learns that there are no tenants any more. */
  public List<Object> losesItsTenant(PartitionPlacement placement) {
    return learns(placements(Map.of(), placement, Map.of()));
  }

  /** This node learns that the tenant goes on under another id. */
  public List<Object> itsTenantIsTruncated(PartitionPlacement placement) {
    return learns(
        placements(Map.of(tenant.name(), tenant.withId(tenant.id() + 1)), placement, Map.of()));
  }

  private List<Object> learns(Placements next) {
    return step(
        () -> {
          context.plans().placementsChanged(next);
          context.table().forEach(InFlight::placementsChanged);
        });
  }
}
