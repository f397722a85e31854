package io.quorate.node;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.NodeStarted;
import io.quorate.cluster.Command.Refill;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.MetadataFact;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.MetadataListener;
import io.quorate.metadata.MetadataStatus;
import io.quorate.metadata.bootstrap.Bootstrap;
import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.BootstrapListener;
import io.quorate.metadata.bootstrap.Introduction;
import io.quorate.metadata.bootstrap.IntroductionReply;
import io.quorate.metadata.bootstrap.Introductions;
import io.quorate.metadata.bootstrap.Joined;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.metadata.bootstrap.Roster;
import io.quorate.migration.Awaited;
import io.quorate.migration.MoveFact;
import io.quorate.migration.MoveReportCodec;
import io.quorate.migration.Progress;
import io.quorate.model.NodeId;
import io.quorate.placement.HealthCount;
import io.quorate.placement.Placements;
import io.quorate.purge.PurgeFact;
import io.quorate.raft.RaftFact;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.api.Failure;
import io.quorate.replication.api.Operation;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.api.ScanRequest;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.repair.AntiEntropy;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.repair.Peers;
import io.quorate.runtime.Lane;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.storage.RaftStore;
import io.quorate.storage.StorageFault;
import io.quorate.transport.ClusterAdmin.Purging;
import io.quorate.transport.PeerHandler;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All of a node that decides anything: bootstrap, then metadata, then the data plane. Knows the
 * world by its {@link Doors} only, so it runs under the simulator as it runs in production. All
 * functions are called on the lane.
 */
public final class NodeCore implements PeerHandler, Introductions.Host {
  private static final long READINESS_EVERY_NANOS = 100_000_000L;

  /** A newcomer asks again and again, so a command that is lost is no loss. */
  private static final long NEWCOMER_WITHIN_NANOS = 5_000_000_000L;

  /** A node that knows no leader for so long asks whether it still belongs. */
  private static final long LEADERLESS_NANOS = 3_000_000_000L;

  /** Until it is said again that partitions are full. */
  private static final long REPORT_WITHIN_NANOS = 5_000_000_000L;

  private final Doors doors;
  private final CoreSettings settings;
  private final NodeListener listener;
  private final Rules rules;
  private final RaftStore raftStore;
  private final Bootstrap bootstrap;

  /** What it waits for while it is not part of a cluster. */
  private String waitingFor = "other nodes have not answered yet";

  private @Nullable MetadataGroup metadata;
  private @Nullable DataPart data;
  private @Nullable Departure departure;
  private final HealthWatch healthWatch = new HealthWatch();
  private @Nullable PurgePart purge;
  private @Nullable MovePart moves;
  private Readiness readiness = Readiness.not(waitingFor);

  /**
   * Whether the metadata group has taken this start in. Only then is this node known to be up to
   * date; afterwards the data plane serves whether or not the group has a leader.
   */
  private boolean caughtUp;

  /** When a leader was last known, or was last asked for. */
  private long ledNanos;

  private boolean stopped;

  private NodeCore(Doors doors, CoreSettings settings, NodeListener listener, Rules rules) {
    this.rules = rules;
    this.doors = doors;
    this.settings = settings;
    this.listener = listener;
    this.ledNanos = doors.clock().nanos();
    this.raftStore = doors.storage().raft(doors.lane());
    this.bootstrap =
        Bootstrap.open(
            settings.bootstrap(),
            doors.storage().identity(),
            raftStore,
            doors.introductions(),
            doors.lane(),
            doors.clock(),
            doors.randomness(),
            new Becoming());
  }

  /**
   * Begins a start of the node: reads who it is and counts the start, durably. Blocks on the disk.
   * From now on it can answer those who introduce themselves.
   */
  public static NodeCore open(Doors doors, CoreSettings settings, NodeListener listener) {
    return open(doors, settings, listener, new Rules());
  }

  static NodeCore open(Doors doors, CoreSettings settings, NodeListener listener, Rules rules) {
    return new NodeCore(doors, settings, listener, rules);
  }

  /** Begins to look for its cluster. */
  public void start() {
    bootstrap.start();
    checkReadiness();
  }

  /** Takes no more requests of clients; goes on with those under way, and for other nodes. */
  public void stopAccepting() {
    if (data != null) {
      data.coordinator().stopAccepting();
    }
  }

  /** Requests of clients under way. */
  public int underWay() {
    return data == null ? 0 : data.coordinator().underWay() + data.admission().waiting();
  }

  /** Requests of clients that wait for their turn. */
  public int waiting() {
    return data == null ? 0 : data.admission().waiting();
  }

  /** What can be done with the partitions, as this node sees it. */
  public HealthCount health() {
    return metadata == null || data == null
        ? HealthCount.NONE
        : healthWatch.count(metadata.state().placements(), data.liveness()::isLive);
  }

  /** What is owed to replicas that were away. */
  public Hints.Sum owed() {
    return data == null ? Hints.Sum.NOTHING : data.coordinator().hints().sum();
  }

  /** Partitions out of service here, since something in them cannot be read. */
  public int damaged() {
    return data == null ? 0 : data.replica().damaged();
  }

  /** How the comparisons with other replicas stand. */
  public AntiEntropy.Standing comparisons() {
    return data == null
        ? AntiEntropy.Standing.NOTHING
        : data.coordinator().antiEntropy().standing();
  }

  /** How long ago the partitions that it compares were equal at all replicas. */
  public List<AntiEntropy.Age> comparisonAges() {
    return data == null ? List.of() : data.coordinator().antiEntropy().ages();
  }

  /** What is owed to each replica that was away. */
  public List<Hints.Standing> debts() {
    return data == null ? List.of() : data.coordinator().hints().standings();
  }

  /** How far it is with the partitions that it must be filled with. */
  public Filler.Progress filling() {
    return data == null ? Filler.Progress.NONE : data.filler().progress();
  }

  /** What it holds that is deleted, and what becomes of that. */
  public Purging purging() {
    return purge == null ? Purging.NOTHING : purge.standing();
  }

  /** Whom partitions on the move wait for; nobody, unless this node leads. */
  public List<Awaited> awaited() {
    return moves == null ? List.of() : moves.driver().awaited();
  }

  /** How far a change of the topology is; nothing, unless this node leads. */
  public Progress changeProgress() {
    return moves == null ? Progress.NONE : moves.driver().progress();
  }

  /** Does nothing any more, and leaves to its next start what that would have to find out. */
  public void stop() {
    stopped = true;
    bootstrap.stop();
    if (purge != null) {
      purge.stop();
    }
    if (moves != null) {
      moves.stop();
    }
    if (data != null) {
      data.stop();
    }
    if (metadata != null) {
      metadata.stop();
    }
    if (data != null) {
      data.replica().trees().leave();
    }
  }

  /** Who this node is, in which of its starts. */
  public Identity identity() {
    return bootstrap.identity();
  }

  public Readiness readiness() {
    return readiness;
  }

  /** The metadata group as this node sees it; null until it belongs to a cluster. */
  public @Nullable MetadataStatus metadataStatus() {
    return metadata == null ? null : metadata.status();
  }

  @Override
  public IntroductionReply answer(Introduction asker) {
    return bootstrap.answer(asker);
  }

  @Override
  public void onMessage(NodeId from, ReplicaMessage message) {
    if (data != null && !stopped) {
      data.coordinator().onMessage(from, message);
    }
  }

  @Override
  public void onRaft(NodeId from, byte[] message) {
    if (metadata != null && !stopped) {
      metadata.onMessage(from, message);
    }
  }

  /** Takes clients' requests from the first moment on, and refuses them until it can serve. */
  public DataPlane dataPlane() {
    return new DataPlane() {
      @Override
      public void submit(Operation operation, long deadlineNanos, OutcomeCallback callback) {
        if (data == null) {
          callback.done(new Outcome.Failed(notServing()));
        } else {
          data.admission().submit(operation, deadlineNanos, callback);
        }
      }

      @Override
      public void scan(ScanRequest request, long deadlineNanos, ScanCallback callback) {
        if (data == null) {
          callback.failed(notServing());
        } else {
          data.admission().scan(request, deadlineNanos, callback);
        }
      }
    };
  }

  private Failure notServing() {
    return Failure.refused(
        Failure.Reason.NOT_SERVING, "this node is not part of a cluster yet: " + waitingFor);
  }

  /** Null until the node belongs to a cluster. */
  @Nullable MetadataGroup metadata() {
    return metadata;
  }

  /** Null until the node belongs to a cluster. */
  @Nullable DataPart data() {
    return data;
  }

  /** How the node comes into its cluster. */
  private final class Becoming implements BootstrapListener {
    @Override
    public void joined(Joined joined) {
      BootstrapConfig self = settings.bootstrap();
      MetadataGroup group =
          new MetadataGroup(
              new NodeStarted(
                  joined.identity().node(),
                  self.address(),
                  self.region(),
                  self.zone(),
                  self.weight(),
                  joined.identity().boot()),
              joined.image(),
              settings.metadata(),
              doors.lane(),
              doors.clock(),
              doors.randomness(),
              doors.metadataMessages(),
              raftStore,
              new Following(joined));
      metadata = group;
      departure = new Departure(joined.identity().node());
      bootstrap.answerFrom(
          new Roster() {
            @Override
            public ClusterState state() {
              return group.state();
            }

            @Override
            public RaftStore.Snapshot snapshot() {
              return group.snapshot();
            }
          },
          (command, callback) ->
              group.propose(command, doors.clock().nanos() + NEWCOMER_WITHIN_NANOS, callback));
      group.start();
    }

    @Override
    public void refused(Refusal refusal) {
      listener.refused(refusal);
    }

    @Override
    public void happened(MetadataFact fact) {
      listener.happened(fact);
    }

    @Override
    public void waiting(String forWhat) {
      waitingFor = forWhat;
      listener.waiting(forWhat);
    }
  }

  /** How the node follows its cluster. */
  private final class Following implements MetadataListener {
    private final Joined joined;

    Following(Joined joined) {
      this.joined = joined;
    }

    @Override
    public void published(ClusterState state) {
      Placements placements = state.placements();
      if (data == null) {
        serve(state, placements);
      } else {
        data.placementsChanged(placements);
        if (purge != null) {
          purge.placementsChanged(placements);
        }
        if (moves != null) {
          moves.stateChanged(state);
        }
        listener.placementsChanged(placements);
      }
    }

    private void serve(ClusterState state, Placements placements) {
      Identity self = joined.identity();
      DataPart part =
          DataPart.build(
              self.node(),
              self.boot(),
              doors,
              settings,
              placements,
              (places, callback) -> reportFull(self.node(), places, callback),
              (place, callback) -> askForRefill(self.node(), place, callback),
              rules,
              listener::happened);
      data = part;
      listener.joined(self.node(), self.boot(), joined.cluster(), placements);
      part.start();
      if (metadata != null) {
        PurgePart purging = purging(self.node(), part, metadata, placements);
        purge = purging;
        purging.start();
        MovePart moving = moving(self.node(), part, metadata, state);
        moves = moving;
        moving.start();
      }
    }

    private MovePart moving(NodeId self, DataPart part, MetadataGroup group, ClusterState state) {
      return new MovePart(
          self,
          doors.lane(),
          doors.clock(),
          part.liveness(),
          () -> MoveStandings.of(part.copier()),
          group,
          settings.moves(),
          rules.moveDriver(settings.moves(), NodeCore.this::happened),
          state);
    }

    private PurgePart purging(
        NodeId self, DataPart part, MetadataGroup group, Placements placements) {
      return new PurgePart(
          self,
          doors.lane(),
          doors.clock(),
          part.hybridClock(),
          part.replica(),
          group,
          settings.purge(),
          rules.purgeDriver(settings.purge(), NodeCore.this::happened),
          placements);
    }

    @Override
    public void reported(NodeId from, byte[] content) {
      if (MoveReportCodec.isMoveReport(content)) {
        if (moves != null) {
          moves.onReport(from, content);
        }
      } else if (purge != null) {
        purge.onReport(from, content);
      }
    }

    private void reportFull(NodeId self, List<Peers.Place> places, Consumer<Boolean> callback) {
      MetadataGroup group = metadata;
      if (group == null) {
        callback.accept(false);
        return;
      }
      group.propose(
          new Filled(
              self,
              places.stream()
                  .map(place -> new Filled.Place(place.partition(), place.epoch()))
                  .toList()),
          doors.clock().nanos() + REPORT_WITHIN_NANOS,
          outcome -> callback.accept(outcome instanceof CommandOutcome.Accepted));
    }

    private void askForRefill(NodeId self, Peers.Place place, Consumer<Boolean> callback) {
      MetadataGroup group = metadata;
      if (group == null) {
        callback.accept(false);
        return;
      }
      group.propose(
          new Refill(self, place.partition(), place.epoch()),
          doors.clock().nanos() + REPORT_WITHIN_NANOS,
          outcome -> callback.accept(outcome instanceof CommandOutcome.Accepted));
    }

    @Override
    public void leaderChanged(@Nullable NodeId leader, long term) {
      listener.leaderChanged(leader, term);
    }

    @Override
    public void startRejected(String reason) {
      MetadataGroup group = metadata;
      if (group != null && !group.state().members().containsKey(joined.identity().node())) {
        return; // it left while it was away: that is noticed, and ends it in order
      }
      listener.refused(new Refusal(Refusal.Kind.DATA, reason));
    }

    @Override
    public void abandoned(String reason) {
      listener.refused(new Refusal(Refusal.Kind.DATA, reason));
    }

    @Override
    public void happened(RaftFact fact) {
      listener.happened(fact);
    }

    @Override
    public void happened(MetadataFact fact) {
      listener.happened(fact);
    }

    @Override
    public void storeFailed(StorageFault fault) {
      listener.metadataNotSaved(fault);
    }

    @Override
    public void malformed(NodeId from, String why) {
      listener.malformed(from, why);
    }
  }

  private void happened(PurgeFact fact) {
    listener.happened(
        new Fact.PurgeRound(
            switch (fact) {
              case OPENED -> Fact.PurgeStep.OPENED;
              case CONFIRMED -> Fact.PurgeStep.CONFIRMED;
              case UNEQUAL -> Fact.PurgeStep.UNEQUAL;
              case EQUAL_AFTER_ALL -> Fact.PurgeStep.EQUAL_AFTER_ALL;
              case LOOKED_AT_AGAIN -> Fact.PurgeStep.LOOKED_AT_AGAIN;
              case ABANDONED -> Fact.PurgeStep.ABANDONED;
            }));
  }

  private void happened(MoveFact fact) {
    listener.happened(
        switch (fact) {
          case MoveFact.Planned planned -> new Fact.ChangeStepped(Fact.ChangeStep.PLANNED);
          case MoveFact.Stepped(MoveStep.Kind kind) ->
              new Fact.ChangeStepped(
                  switch (kind) {
                    case BEGIN -> Fact.ChangeStep.BEGUN;
                    case CUT_OVER -> Fact.ChangeStep.CUT_OVER;
                    case FINISH -> Fact.ChangeStep.FINISHED;
                    case END -> Fact.ChangeStep.ENDED;
                  });
          case MoveFact.Excused excused ->
              new Fact.ChangeStepped(Fact.ChangeStep.CUT_OVER_WITHOUT_ALL);
          case MoveFact.Left left -> new Fact.ChangeStepped(Fact.ChangeStep.NODE_LEFT);
          case MoveFact.GivenUp(NodeId node) -> new Fact.MarkedDown(node, true);
          case MoveFact.CaughtUp(NodeId node) -> new Fact.MarkedDown(node, false);
          case MoveFact.Overdue(NodeId node, int partitions) ->
              new Fact.BarrierOverdue(node, partitions);
        });
  }

  private void checkReadiness() {
    if (stopped) {
      return;
    }
    lookWhetherItHasLeft();
    Readiness now = currentReadiness();
    boolean changed = now.ready() != readiness.ready();
    readiness = now;
    if (changed) {
      listener.readinessChanged(now);
    }
    listener.pulse();
    if (departure != null && departure.isOver()) {
      listener.refused(bootstrap.left());
      return;
    }
    askAgainIfLeaderless();
    Lane.Timer unused = doors.lane().schedule(READINESS_EVERY_NANOS, this::checkReadiness);
  }

  private void lookWhetherItHasLeft() {
    if (metadata != null && departure != null) {
      departure.look(metadata.state(), metadata.status(), doors.clock().nanos());
      if (departure.isNoticed()) {
        stopAccepting();
      }
    }
  }

  private void askAgainIfLeaderless() {
    long now = doors.clock().nanos();
    if (metadata == null || data == null || isLed(metadata, data)) {
      ledNanos = now;
    } else if (now - ledNanos >= LEADERLESS_NANOS) {
      ledNanos = now;
      bootstrap.askAgain();
    }
  }

  /**
   * Whether a leader is there for this node. One that was replaced hears nothing more: it may have
   * learned of that as the last thing, and a learner does not notice that its leader is silent.
   */
  private boolean isLed(MetadataGroup group, DataPart plane) {
    NodeId self = identity().node();
    NodeId leader = group.status().leader();
    return leader != null
        && group.state().members().containsKey(self)
        && (leader.equals(self) || plane.liveness().isLive(leader));
  }

  private Readiness currentReadiness() {
    if (metadata == null || data == null) {
      return Readiness.not("not part of a cluster yet: " + waitingFor);
    }
    if (departure != null && departure.isNoticed()) {
      return Readiness.not("this node has left its cluster and stops");
    }
    if (!caughtUp && !metadata.isAnnounced()) {
      return Readiness.not(
          metadata.status().leader() == null
              ? "no leader of the metadata group is known"
              : "the cluster has not heard yet that this node runs");
    }
    caughtUp = true;
    int nodes = metadata.state().members().size();
    long live =
        metadata.state().members().keySet().stream().filter(data.liveness()::isLive).count();
    return live >= nodes / 2 + 1
        ? Readiness.READY
        : Readiness.not("%d of %d nodes are up, this one included".formatted(live, nodes));
  }
}
