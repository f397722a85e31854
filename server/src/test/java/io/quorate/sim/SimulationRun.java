package io.quorate.sim;

import io.quorate.placement.Level;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.FixedPlacements;
import io.quorate.sim.cluster.ReplicationProgram;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.cluster.Windows;
import io.quorate.sim.kernel.LinkConditions;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.memory.DiskSpeed;
import java.time.Duration;
import java.util.Objects;

/**
 * One run: first safety, clients at work while things go wrong; then liveness, everything healed
 * and every key read at ALL, by which all replicas must come to hold the same.
 */
final class SimulationRun {
  private static final Duration CHAOS = Duration.ofSeconds(3);

  /** Until all nodes have heard each other and nothing of the chaos is under way any more. */
  private static final Duration SETTLE = Duration.ofSeconds(6);

  private static final Duration SWEEP_MAX = Duration.ofSeconds(5);

  /** Small bounds, so that a run meets them. */
  private static final CoordinatorConfig CONFIG =
      new CoordinatorConfig(256, 1 << 20, 64, 2_000_000L, 0.5, 5_000_000L);

  private final SimWorld world;
  private final Swarm swarm;
  private final Placements placements;
  private final SimCluster cluster;

  SimulationRun(SimWorld world, Sabotage sabotage) {
    this.world = world;
    this.swarm = Swarm.draw(world.random("swarm"));
    this.placements = FixedPlacements.of(swarm.nodes(), swarm.replicas());
    this.cluster =
        new SimCluster(
            world,
            swarm.nodes(),
            Objects.requireNonNull(placements.tenant(Tenant.DEFAULT_NAME)),
            ReplicationProgram.factory(placements, CONFIG),
            sabotage);
    world.note("run", swarm::toString);
  }

  Windows windows() {
    return cluster.windows();
  }

  void go() {
    cluster.startAll();
    var chaos = new Chaos(cluster, swarm);
    var workload = new Workload(cluster, chaos, swarm);
    world.runFor(Duration.ofMillis(500));
    cluster.network().setConditions(swarm.links());
    cluster.nodes().forEach(node -> node.disk().speed(swarm.disk()));
    chaos.start();
    workload.start();
    world.runFor(CHAOS);
    chaos.stop();
    workload.stop();
    heal();
    if (!world.runUntil(workload::isDone, SETTLE)) {
      throw new AssertionError("clients are still waiting, " + SETTLE + " after all was healed");
    }
    world.runFor(SETTLE);
    cluster.checker().allEnded(attempt -> false);
    sweep();
    world.runFor(SETTLE);
    cluster.checkConverged(placements, Workload.keys(swarm));
    countTraffic();
  }

  private void heal() {
    cluster.heal();
    cluster.network().setConditions(LinkConditions.QUIET);
    cluster.nodes().forEach(node -> node.disk().speed(DiskSpeed.FLASH));
  }

  /** Reads every key at ALL, at every node: it must work now, and it repairs what it reads. */
  private void sweep() {
    for (String key : Workload.keys(swarm)) {
      for (SimNode node : cluster.nodes()) {
        int index = cluster.nodes().indexOf(node);
        Call call = cluster.get(index, key, Level.ALL, Ask.within(SWEEP_MAX));
        if (!world.runUntil(call::hasEnded, SWEEP_MAX.plusSeconds(1))
            || !(call.outcome() instanceof Outcome.Read)) {
          throw new AssertionError(
              "after all was healed, reading " + key + " at ALL gave " + call.outcome());
        }
      }
    }
  }

  private void countTraffic() {
    Windows windows = cluster.windows();
    windows.enter("frame delivered", cluster.network().traffic().delivered());
    windows.enter("frame lost", cluster.network().traffic().lost());
    windows.enter("frame delivered twice", cluster.network().traffic().duplicated());
    windows.enter("frame scattered", cluster.network().traffic().scattered());
    windows.enter("call succeeded", cluster.checker().acknowledged());
    windows.enter("call refused", cluster.checker().refused());
    windows.enter("call of unknown outcome", cluster.checker().unknown());
    windows.enter("event", world.events());
  }
}
