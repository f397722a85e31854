package io.quorate.node.core;

import io.quorate.admin.ClusterAdmin.Purging;
import io.quorate.admin.DrainAdmin;
import io.quorate.event.Event;
import io.quorate.locks.LockAnswer;
import io.quorate.locks.LockAnswer.Kind;
import io.quorate.locks.LockAnswer.Refused;
import io.quorate.locks.LockEntry;
import io.quorate.locks.LockRequest;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.bootstrap.Bootstrap;
import io.quorate.metadata.bootstrap.BootstrapListener;
import io.quorate.metadata.bootstrap.DiskMarks;
import io.quorate.metadata.bootstrap.HeardDiskMarks;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.metadata.bootstrap.Joined;
import io.quorate.metadata.bootstrap.OwnDiskMark;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.migration.Awaited;
import io.quorate.migration.Progress;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.placement.HealthCount;
import io.quorate.raft.LogSize;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Filler;
import io.quorate.runtime.Lane;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.transport.peer.Objection;
import io.quorate.transport.peer.PeerHandler;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All of a node that decides anything: bootstrap, then metadata, then the data plane. Knows the
 * world by its {@link NodeEnvironment} only, so it runs under the simulator as it runs in
 * production. All functions are called on the lane.
 */
public final class NodeCore implements PeerHandler, Introductions.Host, DrainAdmin {
  private static final long READINESS_EVERY_NANOS = 100_000_000L;

  /** A newcomer asks again and again, so a command that is lost is no loss. */
  private static final long NEWCOMER_WITHIN_NANOS = 5_000_000_000L;

  /** A node that knows no leader for this long asks whether it is still a member. */
  private static final long LEADERLESS_NANOS = 3_000_000_000L;

  private final NodeEnvironment environment;
  private final CoreSettings settings;
  private final NodeListener listener;
  private final NodeParts rules;
  private final RaftStore raftStore;
  private final DiskMarks marks;
  private final Bootstrap bootstrap;

  /** What it waits for while it is not part of a cluster. */
  private String waitingFor = "other nodes have not answered yet";

  private final LiveWatch<HealthCount> healthWatch =
      new LiveWatch<>(
          (placements, isLive) ->
              HealthCount.of(placements, placements.regionOf(identity().node()), isLive));

  /** Null until the node belongs to a cluster. */
  private @Nullable ClusterNode clusterNode;

  private Readiness readiness = Readiness.not(waitingFor);

  /** When a leader was last known, or was last asked for. */
  private long ledNanos;

  private boolean stopped;

  private NodeCore(
      NodeEnvironment environment, CoreSettings settings, NodeListener listener, NodeParts rules) {
    this.rules = rules;
    this.environment = environment;
    this.settings = settings;
    this.listener = listener;
    this.ledNanos = environment.clock().nanos();
    this.raftStore = environment.storage().raft(environment.lane());
    this.marks =
        new DiskMarks(
            OwnDiskMark.open(
                environment.storage().diskMark(environment.lane()), environment.time()),
            new HeardDiskMarks());
    this.bootstrap =
        Bootstrap.open(
            settings.bootstrap(),
            environment.storage().identity(),
            raftStore,
            marks,
            environment.introductions(),
            environment.time(),
            environment.randomness(),
            new Becoming());
  }

  /**
   * Begins a start of the node: reads its identity and counts the start, durably. Blocks on the
   * disk. From now on it can answer nodes that introduce themselves.
   */
  public static NodeCore open(
      NodeEnvironment environment, CoreSettings settings, NodeListener listener) {
    return open(environment, settings, listener, new NodeParts());
  }

  static NodeCore open(
      NodeEnvironment environment, CoreSettings settings, NodeListener listener, NodeParts rules) {
    return new NodeCore(environment, settings, listener, rules);
  }

  /** Begins to look for its cluster. */
  public void start() {
    bootstrap.start();
    checkReadiness();
  }

  /**
   * Whether this node takes no more requests of clients and leads no group; it goes on with what is
   * under way, and for other nodes. Until the next start, or until it is told otherwise.
   */
  @Override
  public void drain(boolean drained) {
    if (clusterNode != null) {
      clusterNode.drain(drained);
      tellReadiness(); // health checks must not contradict the drain status
    }
  }

  /** Whether it leads one of the groups of the cluster, in which another node could. */
  public boolean leads() {
    return clusterNode != null && (clusterNode.leadsMetadata() || clusterNode.decidesLocks());
  }

  @Override
  public Standing drainStanding() {
    return new Standing(
        clusterNode != null && clusterNode.isDrained(),
        underWay(),
        clusterNode != null && clusterNode.leadsMetadata(),
        clusterNode != null && clusterNode.decidesLocks(),
        hintsForTheLive());
  }

  private long hintsForTheLive() {
    DataPart data = data();
    HomePart home = home();
    if (data == null || home == null || data.coordinator().hints().isPaused()) {
      return 0;
    }
    return data.coordinator().hints().standings(0).stream()
        .filter(each -> home.liveness().isLive(each.target()) && !each.paused())
        .mapToLong(Hints.Standing::hints)
        .sum();
  }

  /** Requests of clients under way. */
  public int underWay() {
    return ofData(data -> data.coordinator().underWay() + data.waiting(), 0);
  }

  /** Requests of clients that wait for their turn, or until their partition has moved. */
  public int waiting() {
    return ofData(DataPart::waiting, 0);
  }

  /** What can be done with the partitions, as this node sees it. */
  public HealthCount health() {
    MetadataGroup group = metadata();
    HomePart home = home();
    return group == null || home == null
        ? HealthCount.NONE
        : healthWatch.find(group.state(), home.liveness()::isLive);
  }

  /** What is owed to replicas that were away. */
  public Hints.Sum owed() {
    return ofData(data -> data.coordinator().hints().sum(), Hints.Sum.NOTHING);
  }

  /** Partitions out of service here, since something in them cannot be read. */
  public int damaged() {
    return ofData(data -> data.replica().damaged(), 0);
  }

  /** For how long what histories keep has been too old, at most, in milliseconds. */
  public long historyOverdueMillis() {
    return ofData(data -> data.replica().historyOverdueMillis(), 0L);
  }

  /** How the comparisons with other replicas stand. */
  public AntiEntropy.Standing comparisons() {
    return ofData(
        data -> data.coordinator().antiEntropy().standing(), AntiEntropy.Standing.NOTHING);
  }

  /** How long ago the partitions that it compares were equal at all replicas. */
  public List<AntiEntropy.Age> comparisonAges() {
    return ofData(data -> data.coordinator().antiEntropy().ages(), List.of());
  }

  /** What is owed to each replica that was away. */
  public List<Hints.Standing> byTarget() {
    return ofData(data -> data.coordinator().hints().standings(), List.of());
  }

  /** For how long each other region has lacked what this node wrote or keeps for it, in ns. */
  public SortedMap<String, Long> regionLags() {
    MetadataGroup group = metadata();
    return group == null
        ? Collections.emptySortedMap()
        : ofData(
            data ->
                RegionLags.of(
                    identity().node(),
                    group.state().placements().nodes().values(),
                    data.coordinator()::lagNanos),
            Collections.emptySortedMap());
  }

  /** How far it is with the partitions that it must be filled with. */
  public Filler.Progress filling() {
    return ofData(data -> data.filler().progress(), Filler.Progress.NONE);
  }

  /** What it holds that is deleted, and what becomes of that. */
  public Purging purging() {
    PurgePart purge = clusterNode == null ? null : clusterNode.purge();
    return purge == null ? Purging.NOTHING : purge.standing();
  }

  /** The nodes that partitions on the move wait for; none, unless this node leads. */
  public List<Awaited> awaited() {
    MovePart moves = moves();
    return moves == null ? List.of() : moves.driver().awaited();
  }

  /** How far a change of the topology is; nothing, unless this node leads. */
  public Progress changeProgress() {
    MovePart moves = moves();
    return moves == null ? Progress.NONE : moves.driver().progress();
  }

  /** Does nothing any more, and leaves to its next start what that would have to find out. */
  public void stop() {
    stopped = true;
    bootstrap.stop();
    marks.own().stop();
    if (clusterNode != null) {
      clusterNode.stop();
    }
  }

  /** The identity of this node, and the number of this start. */
  public Identity identity() {
    return bootstrap.identity();
  }

  public Readiness readiness() {
    return readiness;
  }

  /** The metadata group as this node sees it; null until it belongs to a cluster. */
  public @Nullable MetadataStatus metadataStatus() {
    MetadataGroup group = metadata();
    return group == null ? null : group.status();
  }

  /** How much of the metadata log this node keeps. */
  public LogSize metadataLog() {
    MetadataGroup group = metadata();
    return group == null ? LogSize.EMPTY : group.logSize();
  }

  @Override
  public IntroductionReply answer(Introduction asker) {
    return bootstrap.answer(asker);
  }

  @Override
  public @Nullable String lackOfToken(Introduction asker, Predicate<String> isCertifiedFor) {
    return bootstrap.lackOfToken(asker, isCertifiedFor);
  }

  @Override
  public void onMessage(NodeId from, ReplicaMessage message) {
    if (clusterNode != null && !stopped) {
      clusterNode.onMessage(from, message);
    }
  }

  @Override
  public void onRaft(NodeId from, byte[] message) {
    if (clusterNode != null && !stopped) {
      clusterNode.onRaft(from, message);
    }
  }

  @Override
  public long diskMark() {
    return marks.own().latest();
  }

  @Override
  public boolean isSetBack(NodeId node, long diskMark) {
    return marks.heard().isSetBack(node, diskMark);
  }

  /** Most other members listen to this process no more, for this reason: it ends, as refused. */
  public void objected(Objection objection) {
    switch (objection) {
      case SET_BACK -> bootstrap.refuseAsSetBack();
      case LATER_START -> bootstrap.refuseAsOlder();
    }
  }

  /** Takes requests about locks from the first moment on, and refuses them until it can serve. */
  public LockEntry locks() {
    return new LockEntry() {
      @Override
      public Runnable submit(
          LockRequest request, long deadlineNanos, Consumer<LockAnswer> callback) {
        Locks locks = lockPart();
        if (locks == null) {
          callback.accept(
              new Refused(
                  Kind.UNAVAILABLE, "this node is not part of a cluster yet: " + waitingFor));
          return () -> {};
        }
        return locks.submit(request, deadlineNanos, callback);
      }

      @Override
      public boolean decides() {
        Locks locks = lockPart();
        return locks != null && locks.decides();
      }
    };
  }

  /** Null until the node belongs to a cluster. */
  @Nullable Locks lockPart() {
    return clusterNode == null ? null : clusterNode.locks();
  }

  /** Takes clients' requests from the first moment on, and refuses them until it can serve. */
  public DataPlane dataPlane() {
    return new DataPlane() {
      @Override
      public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
        DataPart data = data();
        if (data == null) {
          callback.done(new Outcome.Failed(notServing()));
        } else {
          data.entry().submit(operation, deadlineNanos, callback);
        }
      }

      @Override
      public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
        DataPart data = data();
        if (data == null) {
          callback.failed(notServing());
        } else {
          data.entry().scan(request, deadlineNanos, callback);
        }
      }
    };
  }

  private Failure notServing() {
    return Failure.refused(
        Failure.Reason.NOT_SERVING, "this node is not part of a cluster yet: " + waitingFor);
  }

  /** The release that this node runs. */
  Release release() {
    return settings.bootstrap().release();
  }

  /** Null until the node belongs to a cluster. */
  @Nullable MetadataGroup metadata() {
    return clusterNode == null ? null : clusterNode.group();
  }

  /** For how long an upgrade is not finalized, as far as this node knows; 0 if none is open. */
  long upgradeOpenMillis() {
    return clusterNode == null ? 0 : clusterNode.upgradeOpenMillis();
  }

  /** Null until the node belongs to a cluster. */
  @Nullable DataPart data() {
    return clusterNode == null ? null : clusterNode.data();
  }

  /** Null until the node belongs to a cluster. */
  @Nullable HomePart home() {
    return clusterNode == null ? null : clusterNode.home();
  }

  /** By how much this node's clock is ahead of most others'; 0 while it knows of none. */
  public long clockAheadMillis() {
    HomePart home = home();
    return home == null ? 0 : home.liveness().medianClockAheadMillis();
  }

  @Nullable CutPart cuts() {
    return clusterNode == null ? null : clusterNode.cuts();
  }

  private @Nullable MovePart moves() {
    return clusterNode == null ? null : clusterNode.moves();
  }

  private <T> T ofData(Function<DataPart, T> question, T otherwise) {
    DataPart data = data();
    return data == null ? otherwise : question.apply(data);
  }

  /** How the node comes into its cluster. */
  private final class Becoming implements BootstrapListener {
    @Override
    public void joined(Joined joined) {
      ClusterNode now =
          new ClusterNode(joined, environment, settings, rules, marks, listener, raftStore);
      clusterNode = now;
      if (settings.diskMarkNanos() > 0) {
        marks.own().start(settings.diskMarkNanos());
      }
      bootstrap.answerFrom(
          now.roster(),
          (command, callback) ->
              now.group()
                  .propose(command, environment.clock().nanos() + NEWCOMER_WITHIN_NANOS, callback));
      now.start();
    }

    @Override
    public void refused(Refusal refusal) {
      listener.refused(refusal);
    }

    @Override
    public void met(NodeId member, String address, int incarnation) {
      listener.met(member, address, incarnation);
    }

    @Override
    public void happened(Event event) {
      listener.happened(event);
    }

    @Override
    public void waiting(String forWhat) {
      waitingFor = forWhat;
      listener.waiting(forWhat);
    }
  }

  private void checkReadiness() {
    if (stopped) {
      return;
    }
    if (clusterNode != null) {
      clusterNode.checkDeparture();
    }
    tellReadiness();
    if (clusterNode != null && clusterNode.isOver()) {
      listener.refused(bootstrap.left());
      return;
    }
    askAgainIfLeaderless();
    Lane.Timer unused = environment.lane().schedule(READINESS_EVERY_NANOS, this::checkReadiness);
  }

  private void tellReadiness() {
    Readiness now = currentReadiness();
    boolean changed = now.ready() != readiness.ready();
    readiness = now;
    if (changed) {
      listener.readinessChanged(now);
    }
    listener.pulse();
  }

  private void askAgainIfLeaderless() {
    long now = environment.clock().nanos();
    if (clusterNode == null || clusterNode.isLed()) {
      ledNanos = now;
    } else if (now - ledNanos >= LEADERLESS_NANOS) {
      ledNanos = now;
      bootstrap.askAgain();
    }
  }

  private Readiness currentReadiness() {
    Readiness notYet = Readiness.not("not part of a cluster yet: " + waitingFor);
    return clusterNode == null ? notYet : clusterNode.readiness(notYet);
  }
}
