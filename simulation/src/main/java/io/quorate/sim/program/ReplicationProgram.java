package io.quorate.sim.program;

import io.quorate.model.NodeId;
import io.quorate.node.core.NodeInside;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.purge.PurgeReport;
import io.quorate.replication.admission.Admission;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.admission.Entry;
import io.quorate.replication.admission.LaxAdmission;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.background.Allowances;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Slowdown;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.coordinator.operation.HeldTokens;
import io.quorate.replication.health.Liveness;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.replication.health.OwnCondition;
import io.quorate.replication.hint.HintConfig;
import io.quorate.replication.hint.LaxHints;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.message.ReplicaMessage.AboutRecords;
import io.quorate.replication.message.ReplicaMessage.Cause;
import io.quorate.replication.message.ReplicaMessage.Heartbeat;
import io.quorate.replication.move.Copier;
import io.quorate.replication.move.LaxCopier;
import io.quorate.replication.move.Standing;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.LaxReplica;
import io.quorate.replication.replica.NoteLimits;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.replica.limit.RequestLimiterConfig;
import io.quorate.replication.replica.memory.CacheSizes;
import io.quorate.replication.tree.TreePace;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.LaneTime;
import io.quorate.runtime.Network;
import io.quorate.sim.check.Inside.Queue;
import io.quorate.storage.IdentityStore;
import io.quorate.storage.IdentityStore.Identity;
import io.quorate.version.HybridClock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The data plane alone: coordinator, replica and liveness on one lane, with given placements that
 * change only if the test says so. A failure is therefore an error of the data plane.
 */
public final class ReplicationProgram implements Program {
  /**
   * Holds a few of a workload's keys, so that some reads find their record there and some do not.
   */
  static final CacheSizes CACHES = new CacheSizes(2_000, 3_000);

  /** So little that runs of some seconds forget notes, for their age and for their number. */
  static final NoteLimits NOTES = new NoteLimits(3_000, 60);

  /** So little that runs of some seconds keep trees again, and cut the log. */
  static final TreePace TREES = new TreePace(400, 1_200);

  /** How many starts keep no hash trees, and log nothing of them, as those of release 0.1. */
  private static final double OF_EARLIER_RELEASE = 0.1;

  /** No workload has larger ones. */
  private static final long RECORD_BYTES_MAX = 4_000;

  /** Small bounds, so that a run meets them. */
  static final HintConfig HINTS = new HintConfig(3, 1 << 20, 4, 2, 1);

  /** No group keeps locks here, and a run purges nothing that a token would be asked about for. */
  private static final HeldTokens NO_LOCKS =
      (token, deadlineNanos, callback) -> callback.accept(new HeldTokens.NotKnown());

  /** How far ahead of its wall clock a node follows the stamps of others, ms. */
  private static final long ADOPT_MILLIS_MAX = 500;

  private final NodeId self;
  private final Liveness liveness;
  private final Replica replica;
  private final Coordinator coordinator;
  private final Admission admission;
  private final Entry entry;

  /** Whether it copies nothing before a scenario starts that. */
  private final Copier copier;

  /** The placements that the replica gets. */
  private final UnaryOperator<Placements> forReplica;

  private final Supplier<PurgeReport> purgeReports;
  private Placements placements;
  private final int operationsMax;
  private final RequestLimiterConfig limiter;
  private final int waitingMax;

  private ReplicationProgram(
      ProgramEnvironment environment,
      Placements placements,
      CoordinatorConfig config,
      AdmissionConfig admissionConfig,
      Set<LeftOut> leftOut) {
    this.placements = placements;
    forReplica =
        leftOut.contains(LeftOut.CONFIRMATION_OF_A_PURGE)
            ? ReplicationProgram::purgedAsPromised
            : UnaryOperator.identity();
    operationsMax = config.operationsMax();
    limiter = config.limiter();
    self = idOf(environment.index());
    int boot = boot(environment.storage().identity(), self);
    var hybridClock = new HybridClock(ADOPT_MILLIS_MAX);
    var late = new Late();
    Network<ReplicaMessage> network =
        environment.network().apply(self).open("data", PeerFrames.of(leftOut), late::onMessage);
    Slowdown slowdown = new Slowdown(environment.clock());
    var time = new LaneTime(environment.lane(), environment.clock());
    liveness =
        new Liveness(
            self,
            time,
            hybridClock,
            network,
            new OwnCondition(() -> environment.storage().health().isWritable(), slowdown),
            LivenessConfig.DEFAULT,
            environment.events());
    BackgroundBudget budget =
        new Allowances(
            Urgency.CATCHING_UP,
            environment.clock(),
            slowdown,
            liveness::slowdownPercent,
            environment.events());
    replica =
        LaxReplica.create(
            LackingReplica.of(leftOut),
            LackingReplica.replacing(leftOut),
            leftOut.contains(LeftOut.TREE_OF_HINTED) ? EnumSet.of(Cause.HINT) : Set.of(),
            new Replica.Collaborators(
                self,
                environment.storage().records(environment.lane()),
                environment.storage().arrivals(environment.lane()),
                environment.storage().notes(environment.lane()),
                environment.clock(),
                hybridClock,
                CACHES,
                NOTES,
                environment.events(),
                List.of(environment.changes())),
            forReplica.apply(placements));
    if (!environment.random().split("trees").chance(OF_EARLIER_RELEASE)) {
      replica
          .trees()
          .resume(
              environment.storage().trees(environment.lane()), boot, TREES, environment.events());
    }
    purgeReports = NodeInside.purgeReports(self, replica, () -> this.placements);
    liveness.placementsChanged(placements);
    coordinator =
        LackingCoordinator.create(
            leftOut,
            new Coordinator.Collaborators(
                self,
                boot,
                environment.lane(),
                environment.clock(),
                hybridClock,
                network,
                replica,
                liveness,
                courier ->
                    LaxHints.create(
                        leftOut.contains(LeftOut.MARK_PAST_THE_BOUND),
                        leftOut.contains(LeftOut.WAIT_FOR_THE_LATEST),
                        environment.storage().hints(environment.lane()),
                        liveness::isWritable,
                        environment.clock(),
                        courier,
                        budget,
                        HINTS,
                        environment.events()),
                budget,
                budget,
                NO_LOCKS,
                config,
                environment.events()),
            placements);
    late.liveness = liveness;
    late.coordinator = coordinator;
    copier =
        LaxCopier.create(
            LackingMoves.copier(leftOut),
            new RepairContext(
                self, replica, coordinator.peers(), liveness::isLive, time, environment.events()),
            urgency -> budget,
            config.repair(),
            placements);
    waitingMax = admissionConfig.waitingMax();
    admission =
        LaxAdmission.create(
            leftOut.contains(LeftOut.LINES_OF_TENANTS),
            leftOut.contains(LeftOut.DROP_OF_EXPIRED),
            leftOut.contains(LeftOut.QUOTA_COUNTED_ONCE),
            coordinator,
            time,
            placements,
            liveness::isLive,
            slowdown,
            admissionConfig,
            environment.events());
    entry = new Entry(admission, placements);
  }

  /** Programs of one cluster. */
  public static Program.Factory factory(Placements placements, CoordinatorConfig config) {
    return factory(placements, config, AdmissionConfig.DEFAULT, Set.of());
  }

  /** Programs of one cluster that lack some rules. */
  public static Program.Factory factory(
      Placements placements,
      CoordinatorConfig config,
      AdmissionConfig admission,
      Set<LeftOut> leftOut) {
    return environment ->
        new ReplicationProgram(environment, placements, config, admission, leftOut);
  }

  /** The program of one node, which knows these placements when it starts, and lacks some rules. */
  public static ReplicationProgram create(
      ProgramEnvironment environment,
      Placements placements,
      CoordinatorConfig config,
      Set<LeftOut> leftOut) {
    return new ReplicationProgram(
        environment, placements, config, AdmissionConfig.DEFAULT, leftOut);
  }

  /** Receives new placements, in the order in which the node does; on the lane. */
  public void learn(Placements next) {
    placements = next;
    liveness.placementsChanged(next);
    replica.placementsChanged(forReplica.apply(next));
    coordinator.placementsChanged(next);
    copier.placementsChanged(next);
    admission.placementsChanged(next);
    entry.placementsChanged(next);
  }

  /** Begins to bring to this node what it must hold of partitions on the move; on the lane. */
  public void copy() {
    copier.start();
  }

  /** How far it is with that. */
  public List<Standing> standings() {
    return copier.standings();
  }

  private static Placements purgedAsPromised(Placements placements) {
    List<PartitionPlacement> partitions =
        placements.partitions().stream()
            .map(
                each ->
                    new PartitionPlacement(
                        each.epoch(),
                        each.preferenceList(),
                        new PurgeMarks(each.purge().promised(), each.purge().promised()),
                        each.filling(),
                        each.move()))
            .toList();
    return new Placements(
        placements.stateVersion(), placements.nodes(), placements.tenants(), partitions);
  }

  /** What this node reports of purges now; on the lane. */
  public PurgeReport purgeReport() {
    return purgeReports.get();
  }

  /** The id of the node with an index. */
  public static NodeId idOf(int index) {
    return new NodeId(0xA + index);
  }

  /** Counts the start, durably, before anything is served. */
  private static int boot(IdentityStore store, NodeId self) {
    Identity before = store.load();
    int boot = before == null ? 1 : before.boot() + 1;
    store.save(new Identity(self, boot, null));
    return boot;
  }

  @Override
  public NodeId id() {
    return self;
  }

  @Override
  public void start() {
    liveness.start();
    coordinator.start();
  }

  @Override
  public void stopAccepting() {
    coordinator.drain(true);
  }

  @Override
  public int underWay() {
    return coordinator.underWay() + admission.waiting();
  }

  @Override
  public void stop() {
    copier.stop();
    coordinator.stop();
    liveness.stop();
    replica.trees().leave();
  }

  @Override
  public DataPlane dataPlane() {
    return entry;
  }

  @Override
  public Coordinator coordinator() {
    return coordinator;
  }

  @Override
  public Trees trees() {
    return replica.trees();
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public Placements placements() {
    return placements;
  }

  @Override
  public List<Queue> queues() {
    return List.of(
        new Queue("requests under way", coordinator.underWay(), operationsMax, 0),
        new Queue("requests that wait", admission.waiting(), waitingMax, 0),
        new Queue(
            "bytes of writes of other nodes",
            coordinator.limiter().bytes(),
            2 * limiter.bytesMax() + RECORD_BYTES_MAX,
            0),
        new Queue(
            "requests of other nodes",
            coordinator.limiter().underWay(),
            2L * limiter.requestsMax(),
            0));
  }

  /** The network is opened before the coordinator that it hands messages to is built. */
  private static final class Late {
    private @Nullable Liveness liveness;
    private @Nullable Coordinator coordinator;

    void onMessage(NodeId from, ReplicaMessage message) {
      if (liveness == null || coordinator == null) {
        return;
      }
      liveness.heard(from);
      switch (message) {
        case Heartbeat heartbeat -> liveness.onHeartbeat(from, heartbeat);
        case AboutRecords about -> coordinator.onMessage(from, about);
      }
    }
  }
}
