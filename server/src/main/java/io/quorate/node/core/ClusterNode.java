package io.quorate.node.core;

import io.quorate.bytes.MalformedBytesException;
import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cut.CutConfig;
import io.quorate.cut.CutReportCodec;
import io.quorate.event.Event;
import io.quorate.locks.LockConfig;
import io.quorate.locks.LockMessage;
import io.quorate.locks.Locks;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataListener;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.RoundTrips;
import io.quorate.metadata.StoredGroup;
import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.DiskMarks;
import io.quorate.metadata.bootstrap.Joined;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.metadata.bootstrap.Roster;
import io.quorate.migration.MoveReportCodec;
import io.quorate.migration.Planning;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionHealth;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.raft.Role;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.AboutRecords;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageFault;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node that belongs to a cluster: it follows the metadata group, and serves from the first state
 * on that the group tells it.
 */
final class ClusterNode implements MetadataListener {
  private final Joined joined;
  private final NodeEnvironment environment;
  private final CoreSettings settings;
  private final NodeParts rules;
  private final DiskMarks marks;
  private final NodeListener listener;
  private final Departure departure;
  private final UpgradeWatch upgrade = new UpgradeWatch();
  private final LiveWatch<Boolean> ownRegion;
  private final MetadataGroup group;

  /** Members that have partitions; not those that some are only on their way to. */
  private Set<NodeId> owners = Set.of();

  /** What there is from the first state on. */
  private record Parts(
      HomePart home, DataPart data, PurgePart purge, MovePart moves, CutPart cuts, Locks locks) {}

  private @Nullable Parts parts;

  /**
   * Whether the metadata group has taken this start in. Only then is this node known to be up to
   * date; afterwards the data plane serves whether or not the group has a leader.
   */
  private boolean caughtUp;

  private boolean drained;

  ClusterNode(
      Joined joined,
      NodeEnvironment environment,
      CoreSettings settings,
      NodeParts rules,
      DiskMarks marks,
      NodeListener listener,
      RaftStore raftStore) {
    this.joined = joined;
    this.environment = environment;
    this.settings = settings;
    this.rules = rules;
    this.marks = marks;
    this.listener = listener;
    this.departure = new Departure(joined.identity().node());
    this.ownRegion =
        new LiveWatch<>(
            (placements, isLive) ->
                PartitionHealth.isServedWithin(
                    placements.regionOf(joined.identity().node()), placements, isLive));
    BootstrapConfig self = settings.bootstrap();
    this.group =
        rules.metadataGroup(
            new NodeStarted(
                joined.identity().node(),
                self.address(),
                self.region(),
                self.zone(),
                self.weight(),
                joined.identity().boot(),
                self.release(),
                self.name(),
                self.clientAddress()),
            new StoredGroup(joined.image(), raftStore),
            settings.metadata(),
            environment,
            this);
  }

  MetadataGroup group() {
    return group;
  }

  /** Begins to follow the group. Round trips are those of heartbeats, once there are any. */
  void start() {
    group.start(
        node ->
            parts == null
                ? RoundTrips.UNKNOWN
                : parts.home().liveness().roundTripMillis(node).orElse(RoundTrips.UNKNOWN));
  }

  /** What newcomers are answered from. */
  Roster roster() {
    return new Roster() {
      @Override
      public ClusterState state() {
        return group.state();
      }

      @Override
      public RaftStore.Snapshot snapshot() {
        return group.snapshot();
      }
    };
  }

  /** Null until the group has told a state. */
  @Nullable HomePart home() {
    return parts == null ? null : parts.home();
  }

  /** Null until the group has told a state. */
  @Nullable DataPart data() {
    return parts == null ? null : parts.data();
  }

  /** Null until the group has told a state. */
  @Nullable Locks locks() {
    return parts == null ? null : parts.locks();
  }

  /** Takes a message of the metadata group, or of the one that keeps locks. */
  void onRaft(NodeId from, byte[] message) {
    if (!LockMessage.is(message)) {
      group.onMessage(from, message);
      return;
    }
    if (parts == null) {
      return; // it is said again
    }
    try {
      parts.locks().onMessage(from, message);
    } catch (MalformedBytesException | IllegalArgumentException malformed) {
      listener.malformed(from, String.valueOf(malformed.getMessage()));
    }
  }

  /** Null until the group has told a state. */
  @Nullable PurgePart purge() {
    return parts == null ? null : parts.purge();
  }

  /** Null until the group has told a state. */
  @Nullable MovePart moves() {
    return parts == null ? null : parts.moves();
  }

  /** Null until the group has told a state. */
  @Nullable CutPart cuts() {
    return parts == null ? null : parts.cuts();
  }

  /** For how long an upgrade is not finalized, as far as this node knows; 0 if none is open. */
  long upgradeOpenMillis() {
    return upgrade.openMillis(environment.clock().nanos());
  }

  /**
   * Hands on a message of another node. Any one shows that its sender lives; heartbeats are for the
   * whole node, all others for the lane that has the partition.
   */
  void onMessage(NodeId from, ReplicaMessage message) {
    if (parts == null) {
      return;
    }
    Liveness liveness = parts.home().liveness();
    liveness.heard(from);
    switch (message) {
      case Heartbeat heartbeat -> {
        marks.heard().heard(from, heartbeat.diskMark());
        liveness.onHeartbeat(from, heartbeat);
      }
      case AboutRecords about -> parts.data().coordinator().onMessage(from, about);
    }
  }

  /** Whether this node coordinates and leads nothing; it stays a replica, and a voter. */
  void drain(boolean drained) {
    this.drained = drained;
    group.drain(drained);
    if (parts != null) {
      parts.locks().drain(drained);
      parts.data().coordinator().drain(drained);
    }
  }

  boolean isDrained() {
    return drained;
  }

  /** Whether it leads the metadata group, in which there are other voters. */
  boolean leadsMetadata() {
    MetadataStatus status = group.status();
    return status.role() == Role.LEADER && status.voters().size() > 1;
  }

  /** Whether it decides about locks, and another node could. */
  boolean decidesLocks() {
    return parts != null && parts.locks().decidesAmongOthers();
  }

  /** Looks whether this node is still a member. */
  void checkDeparture() {
    departure.look(group.state(), group.status(), environment.clock().nanos());
    if (departure.isNoticed() && parts != null) {
      parts.data().coordinator().drain(true);
    }
  }

  /** Whether this node is no member any more, and is not needed to decide that. */
  boolean isOver() {
    return departure.isOver();
  }

  /**
   * Whether a leader is there for this node. One that was replaced hears nothing more from it, and
   * so soon knows none; but others may still answer what its data plane asks them, so that they are
   * live says nothing. One that does not serve yet has not begun to miss a leader.
   */
  boolean isLed() {
    return parts == null
        || (group.status().leader() != null
            && group.state().members().containsKey(joined.identity().node()));
  }

  /** {@code notYet} until the group has told a state. */
  Readiness readiness(Readiness notYet) {
    if (parts == null) {
      return notYet;
    }
    if (departure.isNoticed()) {
      return Readiness.not("this node has left its cluster and stops");
    }
    if (drained) {
      return Readiness.not("this node is drained: quorate node resume puts it back into service");
    }
    if (group.isLeftBehind()) {
      return Readiness.not(
          "the metadata group goes on without this node: " + group.status().stuck());
    }
    if (!caughtUp && !group.isAnnounced()) {
      return Readiness.not(whyNotCaughtUp());
    }
    caughtUp = true;
    // Those that own nothing yet, since they have only asked to join, are not needed to serve.
    int nodes = owners.size();
    long live = owners.stream().filter(parts.home().liveness()::isLive).count();
    return live >= nodes / 2 + 1 || servesItsRegion()
        ? Readiness.READY
        : Readiness.not("%d of %d nodes with partitions are up".formatted(live, nodes));
  }

  /** A region that is cut off goes on by itself, at levels that ask for no more than it. */
  private boolean servesItsRegion() {
    return parts != null && ownRegion.find(group.state(), parts.home().liveness()::isLive);
  }

  private String whyNotCaughtUp() {
    MetadataStatus status = group.status();
    if (!status.stuck().isEmpty()) {
      return "this node cannot follow the metadata group: " + status.stuck();
    }
    return status.leader() == null
        ? "no leader of the metadata group is known"
        : "the cluster has not heard yet that this node runs";
  }

  /** Does nothing any more, and leaves to the next start what that would have to find out. */
  void stop() {
    if (parts != null) {
      parts.purge().stop();
      parts.moves().stop();
      parts.cuts().stop();
      parts.locks().stop();
      parts.data().stop();
      parts.home().liveness().stop();
    }
    group.stop();
    if (parts != null) {
      parts.data().replica().trees().leave();
    }
  }

  @Override
  public void published(ClusterState state) {
    owners = owners(state);
    upgrade.look(state, environment.clock().nanos());
    Placements placements = state.placements();
    marks.heard().retain(state.members().keySet());
    if (parts == null) {
      serve(state, placements);
    } else {
      parts.home().placementsChanged(placements);
      parts.data().placementsChanged(placements);
      parts.purge().placementsChanged(placements);
      parts.moves().stateChanged(state);
      parts.cuts().stateChanged(state, placements);
      parts.locks().clusterChanged();
      listener.placementsChanged(placements);
    }
  }

  private static Set<NodeId> owners(ClusterState state) {
    Set<NodeId> owners = new TreeSet<>();
    for (PartitionPlacement partition : state.partitions()) {
      owners.addAll(partition.preferenceList());
    }
    return owners;
  }

  private void serve(ClusterState state, Placements placements) {
    Identity self = joined.identity();
    FillReports reports = new FillReports(self.node(), group, environment.clock());
    HomePart home =
        HomePart.build(
            self.node(),
            environment,
            settings,
            placements,
            marks.own()::latest,
            listener::happened);
    Locks locks =
        rules.locks(
            self.node(),
            self.boot(),
            LockConfig.of(settings.metadata().raft(), settings.metadata().tickNanos()),
            environment,
            new LockCluster(group),
            listener::happened);
    DataPart data =
        DataPart.build(
            self.node(),
            self.boot(),
            home,
            environment,
            settings,
            placements,
            reports::full,
            reports::needsRefill,
            new LockTokens(locks),
            rules,
            listener::happened);
    PurgePart purge = purge(self.node(), home, data, placements);
    MovePart moves = moves(self.node(), home, data, state);
    CutPart cuts = cuts(self.node(), home, data, state, placements);
    parts = new Parts(home, data, purge, moves, cuts, locks);
    listener.joined(self.node(), self.boot(), joined.cluster(), placements);
    home.liveness().start();
    data.start();
    purge.start();
    moves.start();
    cuts.start();
    locks.start();
  }

  private PurgePart purge(NodeId self, HomePart home, DataPart data, Placements placements) {
    return new PurgePart(
        self,
        environment.time(),
        home.hybridClock(),
        home.liveness(),
        data.replica(),
        group,
        rules.purgeDriver(settings.purge(), listener::happened),
        placements);
  }

  private MovePart moves(NodeId self, HomePart home, DataPart data, ClusterState state) {
    MoveLeader leader =
        new MoveLeader(
            self,
            environment.time(),
            home.liveness(),
            group,
            rules.moveDriver(settings.moves(), listener::happened),
            new PlanMaker(environment.lane(), environment.longTasks(), Planning::plan));
    return new MovePart(
        environment.lane(),
        settings.moves().reportNanos(),
        group,
        leader,
        new MoveReporter(self, () -> MoveStandings.of(data.copier())),
        state);
  }

  private CutPart cuts(
      NodeId self, HomePart home, DataPart data, ClusterState state, Placements placements) {
    return new CutPart(
        environment.time(),
        home.hybridClock(),
        home.liveness()::silentMillis,
        data.replica()::cutStanding,
        new CutLeader(self, group),
        rules.cutDriver(CutConfig.DEFAULT, listener::happened),
        state,
        placements);
  }

  @Override
  public void reported(NodeId from, byte[] content) {
    if (parts == null) {
      return; // it is said again
    }
    if (MoveReportCodec.isMoveReport(content)) {
      parts.moves().onReport(from, content);
    } else if (CutReportCodec.isCutReport(content)) {
      parts.cuts().onReport(from, content);
    } else {
      parts.purge().onReport(from, content);
    }
  }

  @Override
  public void leaderChanged(@Nullable NodeId leader, long term) {
    listener.leaderChanged(leader, term);
  }

  @Override
  public void startRejected(String reason) {
    if (!group.state().members().containsKey(joined.identity().node())) {
      return; // it left while it was away: that is noticed, and ends it in order
    }
    listener.refused(new Refusal(Refusal.Kind.DATA, reason));
  }

  @Override
  public void announcementRefused(String reason) {
    listener.announcementRefused(reason);
  }

  @Override
  public void abandoned(String reason) {
    listener.refused(new Refusal(Refusal.Kind.DATA, reason));
  }

  @Override
  public void happened(Event event) {
    listener.happened(event);
  }

  @Override
  public void storeFailed(StorageFault fault) {
    listener.metadataNotSaved(fault);
  }

  @Override
  public void stuck(String why, @Nullable Throwable cause) {
    listener.metadataStuck(why, cause);
  }

  @Override
  public void stuck(NodeId member, String why) {
    listener.metadataStuckOn(member, why);
  }

  @Override
  public void malformed(NodeId from, String why) {
    listener.malformed(from, why);
  }
}
