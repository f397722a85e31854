package io.quorate.sim.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.metadata.CommandOutcome;
import io.quorate.metadata.bootstrap.Joining;
import io.quorate.model.Key;
import io.quorate.model.NodeId;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSettings;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.SimTopology;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.Sabotage;
import io.quorate.sim.program.WholeNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of whole nodes that changes while clients work, and the steps of its schedules. */
final class ChangingCluster {
  /** Longer than the others wait for a node before it is marked down. */
  static final Duration MARKED_DOWN = Duration.ofSeconds(4);

  private static final Tenant TENANT =
      new Tenant(1, Tenant.DEFAULT_NAME, 3, Level.QUORUM, Level.QUORUM, 0);
  private static final int KEYS = 120;
  private static final Duration READY_MAX = Duration.ofSeconds(15);
  private static final Duration STEP_MAX = Duration.ofSeconds(20);
  private static final Duration CHANGED_MAX = Duration.ofSeconds(60);
  private static final Duration COMMAND_MAX = Duration.ofSeconds(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(333);
  private static final int COMMANDS_MAX = 20;
  private static final int LOOKS_MAX = 60;

  private final SimWorld world;
  private final SimCluster cluster;
  private final SimTopology topology;
  private final SteadyClients clients;

  private ChangingCluster(long seed, int size, int beside, int keys, Sabotage sabotage) {
    List<String> seeds = IntStream.range(0, size).mapToObj(SimNode::address).toList();
    world = SimWorld.of(seed);
    cluster =
        new SimCluster(
            world,
            size,
            beside,
            TENANT,
            WholeNode.factory(seeds, CoordinatorConfig.DEFAULT, AdmissionConfig.DEFAULT, sabotage),
            sabotage);
    topology = new SimTopology(cluster);
    clients = new SteadyClients(cluster, keys);
  }

  /** Starts this many nodes, with spare machines beside them, and clients; all are ready. */
  static ChangingCluster ready(long seed, int size, int beside) {
    return ready(seed, size, beside, KEYS);
  }

  /** Starts a cluster whose clients use this many keys. */
  static ChangingCluster ready(long seed, int size, int beside, int keys) {
    return ready(seed, size, beside, keys, Sabotage.NONE);
  }

  /** Starts a cluster of nodes that lack a rule. */
  static ChangingCluster ready(long seed, int size, int beside, int keys, Sabotage sabotage) {
    return new ChangingCluster(seed, size, beside, keys, sabotage).begun();
  }

  private ChangingCluster begun() {
    cluster.startAll();
    await(cluster::isReady, READY_MAX);
    pass(LOOK_EVERY); // they have heard each other
    clients.fill();
    clients.start();
    return this;
  }

  /** Starts a cluster whose tenants get other replication factors. */
  static ChangingCluster altering(long seed, int size) {
    ChangingCluster nodes = new ChangingCluster(seed, size, 0, KEYS, Sabotage.NONE);
    nodes.cluster.altersTenants();
    return nodes.begun();
  }

  /** An operator sets the tenant's replication factor. */
  void alter(int factor) {
    wish(new Command.AlterTenant("", TenantSettings.NONE, factor));
  }

  SimCluster cluster() {
    return cluster;
  }

  SimNode node(int index) {
    return cluster.node(index);
  }

  NodeId id(int index) {
    return Objects.requireNonNull(node(index).knownId());
  }

  SteadyClients clients() {
    return clients;
  }

  long count(String window) {
    return cluster.windows().count(window);
  }

  void pass(Duration time) {
    world.runFor(time);
  }

  /** The newest state that any node knows. */
  ClusterState state() {
    return Objects.requireNonNull(topology.newest());
  }

  boolean isMember(int index) {
    NodeId id = node(index).knownId();
    return id != null && state().members().containsKey(id);
  }

  /** Partitions that name a node, wherever they go. */
  long owned(int index) {
    return state().partitions().stream()
        .filter(partition -> partition.owners().contains(id(index)))
        .count();
  }

  /** A machine asks to join with its share; returns when a partition moves there. */
  void joins(int index) {
    node(index).invite(Joining.WITH_SHARE);
    await(() -> isMember(index) && owned(index) > 0, STEP_MAX);
  }

  /** A machine is a member, and owns nothing. */
  void joinsAsSpare(int index) {
    node(index).invite(Joining.AS_SPARE);
    await(() -> isMember(index), STEP_MAX);
  }

  /** An operator requests a change until it is accepted. */
  void wish(Command command) {
    for (int i = 0; i < COMMANDS_MAX; i++) {
      AtomicReference<@Nullable CommandOutcome> outcome = new AtomicReference<>();
      node(i % 3)
          .onMetadata(
              (group, nowNanos) ->
                  group.propose(command, nowNanos + COMMAND_MAX.toNanos(), outcome::set));
      if (world.runUntil(() -> outcome.get() != null, COMMAND_MAX.multipliedBy(2))) {
        if (outcome.get() instanceof CommandOutcome.Accepted) {
          return;
        }
        assertThat(outcome.get()).isNotInstanceOf(CommandOutcome.Rejected.class);
      }
    }
    throw new AssertionError(command + " was not granted");
  }

  /** Returns a partition at a stage, as soon as any node knows of one. */
  PartitionPlacement awaitStep(Move.Step step) {
    AtomicReference<@Nullable PartitionPlacement> found = new AtomicReference<>();
    await(
        () -> {
          found.set(at(step));
          return found.get() != null;
        },
        STEP_MAX);
    return Objects.requireNonNull(found.get());
  }

  /** Whether all nodes know the newest state, and some partition is at this stage. */
  void awaitStepKnownToAll(Move.Step step) {
    await(
        () ->
            at(step) != null
                && cluster.present().stream()
                    .map(SimNode::placements)
                    .allMatch(
                        known -> known != null && known.stateVersion() == state().stateVersion()),
        STEP_MAX);
  }

  private @Nullable PartitionPlacement at(Move.Step step) {
    for (PartitionPlacement partition : state().partitions()) {
      Move move = partition.move();
      if (move != null && move.step() == step) {
        return partition;
      }
    }
    return null;
  }

  /** Returns a replica that some partition at this stage leaves, or would leave. */
  SimNode oldReplica(PartitionPlacement partition) {
    Move move = Objects.requireNonNull(partition.move());
    boolean cleanup = move.step() == Move.Step.CLEANUP;
    List<NodeId> before = cleanup ? move.other() : partition.preferenceList();
    List<NodeId> after = cleanup ? partition.preferenceList() : move.other();
    NodeId old =
        before.stream().filter(id -> !after.contains(id)).findFirst().orElse(before.getFirst());
    return cluster.nodes().stream()
        .filter(node -> old.equals(node.knownId()))
        .findFirst()
        .orElseThrow();
  }

  /** A key that is in a partition, and that no client writes. */
  String keyOf(int partition) {
    return IntStream.range(0, 1_000)
        .mapToObj(i -> "apart " + i)
        .filter(name -> isIn(partition, name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isIn(int partition, String name) {
    Key key = new Key(TENANT.id(), name.getBytes(StandardCharsets.UTF_8));
    return key.partition(SimCluster.PARTITIONS) == partition;
  }

  /** The leader of the metadata group. */
  SimNode leader() {
    await(() -> cluster.nodes().stream().anyMatch(SimNode::leads), READY_MAX);
    return cluster.nodes().stream().filter(SimNode::leads).findFirst().orElseThrow();
  }

  /** Partitions that moved, and are where they were to go. */
  long ended() {
    return count("change: ended");
  }

  boolean isAtItsEnd() {
    return topology.isDone();
  }

  /** Whether a condition becomes true within a time. */
  boolean comesTrue(BooleanSupplier holds, Duration within) {
    return world.runUntil(holds, within);
  }

  void await(BooleanSupplier holds, Duration atMost) {
    assertThat(world.runUntil(holds, atMost)).as(topology::undone).isTrue();
  }

  void awaitEnd() {
    assertThat(world.runUntil(topology::isDone, CHANGED_MAX)).as(topology::undone).isTrue();
  }

  /** Whether the nodes that left have noticed, and ended. */
  private boolean allPresentAreMembers() {
    return cluster.present().stream().allMatch(node -> isMember(cluster.nodes().indexOf(node)));
  }

  /**
   * Checks that the topology is as requested, that each key reads as acknowledged last, that all
   * replicas hold the same, and that no other node holds anything.
   */
  void comeToRest() {
    cluster.heal();
    awaitEnd();
    assertThat(ended()).isPositive();
    clients.stop();
    await(() -> cluster.isReady() && allPresentAreMembers(), READY_MAX);
    clients.readBack();
    for (int look = 0; look < LOOKS_MAX; look++) {
      try {
        cluster.checkAtRest();
        return;
      } catch (AssertionError notYet) {
        pass(LOOK_EVERY);
      }
    }
    cluster.checkAtRest();
  }
}
