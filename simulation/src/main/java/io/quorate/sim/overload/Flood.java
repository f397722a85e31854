package io.quorate.sim.overload;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.admission.AdmissionConfig;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.sim.check.Inside;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with limited throughput: few requests at a time, on slow disks. Measures that
 * throughput, and how much of it is left when clients ask for far more.
 */
final class Flood {
  private static final int NODES = 3;
  private static final int ANY = -1;
  private static final int CALLERS = 8;
  private static final long MILLIS = 1_000_000;
  private static final Duration PATIENCE = Duration.ofMillis(500);
  private static final DiskSpeed DISK =
      new DiskSpeed(2 * MILLIS, 4 * MILLIS, 30, MILLIS / 2, 2 * MILLIS);

  private final SimWorld world;
  private final SimCluster cluster;
  private final SimRandom random;
  private Duration deadline = PATIENCE;
  private int served;

  /** A call, as its callback knows it. */
  private static final class One {
    @Nullable Call call;
  }

  Flood(long seed, AdmissionConfig admission) {
    this(seed, admission, CoordinatorConfig.DEFAULT, Set.of());
  }

  Flood(long seed, AdmissionConfig admission, CoordinatorConfig config, Set<LeftOut> leftOut) {
    this.world = SimWorld.of(seed);
    this.random = world.random("flood");
    this.cluster =
        new SimCluster(
            world,
            NODES,
            new Tenant(1, Tenant.DEFAULT_NAME, NODES, Level.QUORUM, Level.QUORUM, 0),
            ReplicationProgram.factory(
                FixedPlacements.of(NODES, NODES), config, admission, leftOut),
            Sabotage.NONE);
    cluster.startAll();
    cluster.nodes().forEach(node -> node.disk().speed(DISK));
    world.runFor(Duration.ofSeconds(2)); // until nodes have heard each other
  }

  /** From now on callers claim to wait for this long, though they do not. */
  void pretend(Duration longer) {
    deadline = longer;
  }

  SimCluster cluster() {
    return cluster;
  }

  /** Calls served per second while few callers ask again as soon as they are answered. */
  double peak(Duration length) {
    long end = world.nowNanos() + length.toNanos();
    served = 0;
    for (int caller = 0; caller < CALLERS * NODES; caller++) {
      again(caller % NODES, end);
    }
    world.runFor(length);
    double perSecond = (double) served / length.toSeconds();
    world.runFor(PATIENCE);
    return perSecond;
  }

  private void again(int node, long end) {
    if (world.nowNanos() < end) {
      ask(node, () -> again(node, end));
    }
  }

  /** Returns calls served in time per second while callers send this many. */
  double goodput(double perSecond, Duration length) {
    return goodputAt(ANY, perSecond, length);
  }

  /** Returns calls served in time per second while all are sent to one node. */
  double goodputAt(int node, double perSecond, Duration length) {
    long end = world.nowNanos() + length.toNanos();
    served = 0;
    arrive(node, (long) (1e9 / perSecond), end);
    world.runFor(length);
    double good = (double) served / length.toSeconds();
    world.runFor(PATIENCE.plusSeconds(1));
    return good;
  }

  private void arrive(int node, long betweenNanos, long end) {
    if (world.nowNanos() < end) {
      ask(node == ANY ? random.nextInt(NODES) : node, () -> {});
      world.schedule(
          random.exponential(betweenNanos), "arrives", () -> arrive(node, betweenNanos, end));
    }
  }

  /** Looks at the queues of a node again and again. */
  void watch(int node, Consumer<Inside.Queue> watcher, long everyNanos) {
    cluster.node(node).queues().forEach(watcher);
    world.schedule(everyNanos, "watch", () -> watch(node, watcher, everyNanos));
  }

  private void ask(int node, Runnable then) {
    var one = new One();
    long inTime = world.nowNanos() + PATIENCE.toNanos();
    Ask ask =
        new Ask(
            deadline,
            () ->
                world.schedule(
                    0,
                    "heard",
                    () -> {
                      Outcome outcome = one.call == null ? null : one.call.outcome();
                      boolean good =
                          outcome != null
                              && !(outcome instanceof Outcome.Failed)
                              && world.nowNanos() <= inTime;
                      served += good ? 1 : 0;
                      then.run();
                    }));
    String key = "k" + random.nextInt(200);
    one.call =
        random.chance(0.5)
            ? cluster.put(node, key, 100, null, ask)
            : cluster.get(node, key, null, ask);
  }
}
