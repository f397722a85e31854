package io.quorate.sim.program;

import io.quorate.admin.ClusterAdmin;
import io.quorate.event.Event;
import io.quorate.locks.LockEntry;
import io.quorate.locks.Locks;
import io.quorate.metadata.LaxMetadata;
import io.quorate.metadata.MetadataConfig;
import io.quorate.metadata.MetadataGroup;
import io.quorate.metadata.bootstrap.BootstrapConfig;
import io.quorate.metadata.bootstrap.Refusal;
import io.quorate.migration.MoveConfig;
import io.quorate.model.ClusterId;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.node.core.CoreSettings;
import io.quorate.node.core.LaxFilling;
import io.quorate.node.core.NodeCore;
import io.quorate.node.core.NodeInside;
import io.quorate.node.core.NodeLacks;
import io.quorate.node.core.NodeListener;
import io.quorate.node.core.Readiness;
import io.quorate.placement.Placements;
import io.quorate.purge.LaxPurge;
import io.quorate.purge.PurgeConfig;
import io.quorate.raft.Lies;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.api.DataPlane;
import io.quorate.replication.coordinator.Coordinator;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.health.LivenessConfig;
import io.quorate.replication.message.ReplicaMessage;
import io.quorate.replication.repair.Filler;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Lane;
import io.quorate.runtime.Network;
import io.quorate.sim.check.Inside.Queue;
import io.quorate.sim.check.PromiseBroken;
import io.quorate.sim.kernel.SimPort;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimRandomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** All parts of a node that decide, as they run in production: bootstrap, metadata, data. */
public final class WholeNode implements Program {
  /** So short that a run sees many rounds. */
  private static final long LONG_TASK_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

  private static final PurgeConfig PURGE =
      new PurgeConfig(60, 150_000_000L, 30_000_000L, 6, 1_000_000_000L);

  /** A node is given up soon, and steps that were lost are asked for again at once. */
  private static final MoveConfig MOVES =
      new MoveConfig(2_000_000_000L, 30_000_000L, 1_000_000_000L, 30_000_000_000L, 0);

  /** What a node says of bytes that only a later release reads. */
  private static final String LATER_RELEASE = "a later release wrote it";

  private final ProgramEnvironment environment;
  private final NodeCore core;
  private final DataPlane dataPlane;
  private final int operationsMax;
  private final int waitingMax;
  private @Nullable Placements placements;
  private @Nullable ClusterId cluster;

  /**
   * Where nodes stand.
   *
   * @param regionOf the region of the node with an index
   * @param regionBytesPerSecond what work in the background of a node may carry between regions, in
   *     bytes a second; 0: no bound
   */
  public record Site(IntFunction<String> regionOf, long regionBytesPerSecond) {
    /** All in one region. */
    public static final Site ONE = new Site(index -> "region", 0);
  }

  private WholeNode(
      ProgramEnvironment environment,
      List<String> seeds,
      CoordinatorConfig coordinator,
      AdmissionConfig admission,
      Site site,
      Sabotage sabotage) {
    this.environment = environment;
    this.waitingMax = admission.waitingMax();
    this.operationsMax = coordinator.operationsMax();
    var messages = new Later<ReplicaMessage>();
    var metadataMessages = new Later<byte[]>();
    var nodeEnvironment =
        new io.quorate.node.core.NodeEnvironment(
            environment.lane(),
            environment.clock(),
            new SimRandomness(environment.random()),
            environment.storage(),
            messages,
            metadataMessages,
            sabotage.introductions(environment.introductions().of(environment.lane())),
            longTasks(environment.lane(), environment.random().split("long tasks")));
    var settings =
        new CoreSettings(
            sabotage.bootstrap(
                new BootstrapConfig(
                    environment.address(),
                    site.regionOf().apply(environment.index()),
                    "zone-" + environment.index(),
                    1.0,
                    seeds(environment, seeds),
                    PARTITIONS,
                    environment.joining(),
                    environment.release(),
                    environment.release().newest() == 1 ? "" : "node-" + environment.index())),
            MetadataConfig.DEFAULT,
            LivenessConfig.DEFAULT,
            coordinator,
            admission,
            ReplicationProgram.HINTS,
            PURGE,
            MOVES,
            ReplicationProgram.CACHES,
            ReplicationProgram.NOTES,
            Duration.ofDays(1).toMillis(),
            0, // marks of disks would move each sync, and so each seed; DiskMarksTest has them
            site.regionBytesPerSecond());
    core =
        NodeInside.open(
            nodeEnvironment,
            settings,
            new Listener(),
            lacks(sabotage.leftOut()),
            environment.changes());
    dataPlane = core.dataPlane();
    SimPort port = environment.network().apply(id());
    messages.open = port.open("data", PeerFrames.of(sabotage.leftOut()), core::onMessage);
    metadataMessages.open = port.open("metadata", new RaftFrames(), core::onRaft);
    environment.introductions().listen(environment.address(), id(), environment.lane(), core);
  }

  /** Each takes a while, in which the cluster goes on changing. */
  private static Executor longTasks(Lane lane, SimRandom random) {
    return task -> {
      Lane.Timer unused = lane.schedule(random.between(0, LONG_TASK_NANOS_MAX), task);
    };
  }

  private static NodeLacks lacks(Set<LeftOut> leftOut) {
    return new NodeLacks(
        metadataLacks(leftOut),
        fillingLacks(leftOut),
        LackingReplica.of(leftOut),
        LackingReplica.replacing(leftOut),
        purgeLacks(leftOut),
        LackingMoves.copier(leftOut),
        LackingMoves.driver(leftOut),
        LackingCuts.of(leftOut),
        (with, placements) -> LackingCoordinator.create(leftOut, with, placements));
  }

  private static Set<LaxMetadata> metadataLacks(Set<LeftOut> leftOut) {
    Set<LaxMetadata> lacks = EnumSet.noneOf(LaxMetadata.class);
    if (leftOut.contains(LeftOut.AUTHOR_OF_A_PROPOSAL)) {
      lacks.add(LaxMetadata.PROPOSED_BY_ANYBODY);
    }
    if (leftOut.contains(LeftOut.MEMORY_OF_REQUESTS)) {
      lacks.add(LaxMetadata.REQUEST_FOLDED_AGAIN);
    }
    if (leftOut.contains(LeftOut.STATE_OF_A_SNAPSHOT)) {
      lacks.add(LaxMetadata.SNAPSHOT_UNREAD);
    }
    if (leftOut.contains(LeftOut.VERSION_OF_THE_CLUSTER)) {
      lacks.add(LaxMetadata.WRITTEN_TOO_EARLY);
    }
    if (leftOut.contains(LeftOut.RAISE_AFTER_ALL)) {
      lacks.add(LaxMetadata.RAISED_WHILE_ONE_LAGS);
    }
    if (leftOut.contains(LeftOut.EPOCHS_OF_CLOSING)) {
      lacks.add(LaxMetadata.CLOSED_UNDER_THE_OLD_EPOCHS);
    }
    if (leftOut.contains(LeftOut.NEXT_ID_OF_THE_TAKEN)) {
      lacks.add(LaxMetadata.TAKEN_UNDER_ITS_ID);
    }
    if (leftOut.contains(LeftOut.NEXT_ID_OF_THE_GIVEN_UP)) {
      lacks.add(LaxMetadata.GIVEN_UP_UNDER_ITS_ID);
    }
    if (leftOut.contains(LeftOut.END_OF_THE_SAME_RESTORE)) {
      lacks.add(LaxMetadata.FINISHED_BY_ANOTHER_RESTORE);
    }
    return lacks;
  }

  private static Set<LaxFilling> fillingLacks(Set<LeftOut> leftOut) {
    Set<LaxFilling> lacks = EnumSet.noneOf(LaxFilling.class);
    if (leftOut.contains(LeftOut.FILLING)) {
      lacks.add(LaxFilling.COUNTS_MEANWHILE);
    }
    if (leftOut.contains(LeftOut.REFILL_BEFORE_DROP)) {
      lacks.add(LaxFilling.DROPPED_UNASKED);
    }
    return lacks;
  }

  /** What purges lack then; null if nothing. */
  public static @Nullable LaxPurge purgeLacks(Set<LeftOut> leftOut) {
    if (leftOut.contains(LeftOut.EQUALITY_OF_ALL)) {
      return LaxPurge.MAJORITY_IS_ENOUGH;
    }
    if (leftOut.contains(LeftOut.SECOND_LOOK)) {
      return LaxPurge.ONE_LOOK_IS_ENOUGH;
    }
    return leftOut.contains(LeftOut.NO_REPLICA_EXCUSED) ? LaxPurge.ABSENT_IS_EXCUSED : null;
  }

  /** Once no other seed is there any more, an operator names other nodes to a node that starts. */
  private static List<String> seeds(ProgramEnvironment environment, List<String> seeds) {
    List<String> others = environment.others().get();
    if (others.isEmpty() || others.stream().anyMatch(seeds::contains)) {
      return seeds;
    }
    List<String> there = new ArrayList<>(others);
    there.add(environment.address()); // the last one forms no cluster of its own
    return there;
  }

  /** Programs of the nodes that form one cluster. */
  public static Program.Factory factory(List<String> seeds, CoordinatorConfig coordinator) {
    return factory(seeds, coordinator, Sabotage.NONE);
  }

  /** Programs of the nodes that form one cluster, with some rules left out. */
  public static Program.Factory factory(
      List<String> seeds, CoordinatorConfig coordinator, Sabotage sabotage) {
    return factory(seeds, coordinator, AdmissionConfig.DEFAULT, sabotage);
  }

  /** Makes programs with bounds for the requests of clients. */
  public static Program.Factory factory(
      List<String> seeds,
      CoordinatorConfig coordinator,
      AdmissionConfig admission,
      Sabotage sabotage) {
    return factory(seeds, coordinator, admission, Site.ONE, sabotage);
  }

  /** Makes programs of nodes that stand in regions. */
  public static Program.Factory factory(
      List<String> seeds,
      CoordinatorConfig coordinator,
      AdmissionConfig admission,
      Site site,
      Sabotage sabotage) {
    return environment -> new WholeNode(environment, seeds, coordinator, admission, site, sabotage);
  }

  @Override
  public NodeId id() {
    return core.identity().node();
  }

  @Override
  public void start() {
    core.start();
  }

  @Override
  public void stopAccepting() {
    core.drain(true);
  }

  @Override
  public int underWay() {
    return core.underWay();
  }

  @Override
  public Filler.Progress filling() {
    return core.filling();
  }

  @Override
  public void stop() {
    core.stop();
  }

  @Override
  public DataPlane dataPlane() {
    return dataPlane;
  }

  @Override
  public boolean isReady() {
    return core.readiness().ready();
  }

  @Override
  public @Nullable Placements placements() {
    return placements;
  }

  @Override
  public @Nullable Coordinator coordinator() {
    return NodeInside.coordinator(core);
  }

  @Override
  public ClusterAdmin admin() {
    return NodeInside.admin(core, environment.storage());
  }

  @Override
  public @Nullable Trees trees() {
    return NodeInside.trees(core);
  }

  @Override
  public @Nullable ClusterId cluster() {
    return cluster;
  }

  @Override
  public @Nullable MetadataGroup metadata() {
    return NodeInside.metadata(core);
  }

  @Override
  public LockEntry locks() {
    return core.locks();
  }

  @Override
  public @Nullable Locks lockGroup() {
    return NodeInside.locks(core);
  }

  @Override
  public int damaged() {
    return core.damaged();
  }

  @Override
  public List<Queue> queues() {
    return List.of(
        new Queue("requests under way", core.underWay(), operationsMax + 2 * waitingMax, 0),
        new Queue("requests that wait", NodeInside.waiting(core), waitingMax, 0),
        new Queue("writes that wait for a move", NodeInside.blockedWrites(core), waitingMax, 0));
  }

  /** What the node says of itself. */
  private final class Listener implements NodeListener {
    @Override
    public void joined(NodeId node, int boot, ClusterId formed, Placements first) {
      environment.says("joins cluster " + formed + " in start " + boot);
      environment.rollout().runs(node, boot, environment.release());
      cluster = formed;
      placements = first;
      follow(first);
    }

    @Override
    public void placementsChanged(Placements next) {
      placements = next;
      follow(next);
    }

    private void follow(Placements known) {
      environment.rollout().published(environment.address(), environment.release(), known);
    }

    @Override
    public void refused(Refusal refusal) {
      environment.says("is refused: " + refusal.message());
      if (refusal.kind() == Refusal.Kind.RELEASE) {
        environment
            .rollout()
            .refused(environment.address(), environment.release(), refusal.message());
        environment.exit().accept(Refusal.Kind.RELEASE);
        return;
      }
      Invariant.hold(
          environment.diskLost()
              || refusal.kind() == Refusal.Kind.DISK
              || refusal.kind() == Refusal.Kind.LEFT,
          "a member of a sound cluster is refused: %s",
          refusal);
      environment.exit().accept(refusal.kind());
    }

    @Override
    public void readinessChanged(Readiness readiness) {
      environment.says(readiness.toString());
    }

    @Override
    public void waiting(String forWhat) {
      environment.says("waits: " + forWhat);
    }

    @Override
    public void metadataStuck(String why, @Nullable Throwable cause) {
      if (why.contains(Lies.NO_STATE_SAYS) && !environment.liars().areNone()) {
        environment.says(why);
        return;
      }
      if (why.contains("start a release here that works at that version")) {
        environment.says(why);
        environment.rollout().standsStill(environment.address(), environment.release(), why);
        environment.exit().accept(Refusal.Kind.RELEASE);
        return;
      }
      if (why.contains(LATER_RELEASE)) {
        environment.says(why);
        environment.rollout().doesNotRead(environment.address(), environment.release(), why);
        environment.exit().accept(Refusal.Kind.RELEASE);
        return;
      }
      throw new IllegalStateException(why, cause);
    }

    @Override
    public void malformed(NodeId from, String why) {
      if (why.contains(LATER_RELEASE)) {
        environment.says("takes nothing of " + from + ": " + why);
        environment.rollout().doesNotRead(environment.address(), environment.release(), why);
        return;
      }
      throw new PromiseBroken("streams", "malformed message from " + from + ": " + why);
    }

    @Override
    public void happened(Event event) {
      environment.events().accept(event);
    }
  }

  /** The network is opened once the node knows its id. */
  private final class Later<M> implements Network<M> {
    private @Nullable Network<M> open;

    /** A node that has no cluster yet, as after the loss of its disk, answers nothing. */
    @Override
    public void send(NodeId to, M message) {
      Invariant.hold(cluster != null, "a node without a cluster speaks to %s: %s", to, message);
      network().send(to, message);
    }

    @Override
    public boolean isConnected(NodeId to) {
      return network().isConnected(to);
    }

    private Network<M> network() {
      return Invariant.present(open, "used before the node was told who it is");
    }
  }
}
