package io.quorate.sim;

import io.quorate.model.NodeId;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimNode;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import io.quorate.storage.memory.DiskSpeed;
import java.util.List;
import java.util.function.Consumer;

/** Makes things go wrong, each kind at its own rate, until it is told to stop. */
public final class Chaos {
  private static final long MILLIS = 1_000_000;

  private final SimWorld world;
  private final SimCluster cluster;
  private final Swarm swarm;
  private final SimRandom random;
  private boolean stopped;

  public Chaos(SimCluster cluster, Swarm swarm) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.swarm = swarm;
    this.random = world.random("chaos");
  }

  public void start() {
    repeat("crash", swarm.crashMillis(), this::crash);
    repeat("pause", swarm.pauseMillis(), this::pause);
    repeat("cut", swarm.cutMillis(), this::cut);
    repeat("skew", swarm.skewMillis(), this::skew);
    repeat("slow disk", swarm.diskMillis(), this::slowDisk);
    repeat("full disk", swarm.diskMillis(), this::fullDisk);
    repeat("failing disk", swarm.diskMillis(), this::failingDisk);
  }

  /** Nothing goes wrong any more; what did stays so until the cluster is healed. */
  public void stop() {
    stopped = true;
  }

  /** A call was made: sometimes its node is struck while it is under way. */
  void called(SimNode node) {
    SimRandom ambush = random.split("ambush " + world.events());
    if (stopped || !ambush.chance(swarm.ambush())) {
      return;
    }
    long within = swarm.links().latencyMinNanos() + 2 * swarm.links().latencyMeanNanos();
    Consumer<SimNode> fault =
        ambush.pick(List.of(this::crash, this::crash, this::pause, this::skew));
    later("ambush", ambush.between(0, 2 * within), () -> fault.accept(node));
  }

  private void repeat(String what, int meanMillis, Consumer<SimNode> fault) {
    if (meanMillis > 0) {
      again(what, meanMillis, fault, random.split(what));
    }
  }

  private void again(String what, int meanMillis, Consumer<SimNode> fault, SimRandom own) {
    later(
        what,
        own.exponential(meanMillis * MILLIS),
        () -> {
          fault.accept(cluster.node(own.nextInt(swarm.nodes())));
          again(what, meanMillis, fault, own);
        });
  }

  private void later(String what, long delayNanos, Runnable fault) {
    world.schedule(
        delayNanos,
        what,
        () -> {
          if (!stopped) {
            fault.run();
          }
        });
  }

  private void crash(SimNode node) {
    node.crash();
    later("restart", random.between(1, 1_500) * MILLIS, () -> restart(node));
  }

  /** Sometimes the clock is set back meanwhile, to before the node died. */
  private void restart(SimNode node) {
    if (!node.isUp()) {
      if (swarm.skewMillis() > 0 && random.chance(0.3)) {
        cluster.windows().enter("restart with the clock set back");
        node.skew(-random.between(0, 3_000));
      }
      node.start();
    }
  }

  private void pause(SimNode node) {
    node.pause();
    later("resume", random.exponential(300 * MILLIS), node::resume);
  }

  private void skew(SimNode node) {
    long max = swarm.skewMillisMax();
    node.skew(random.between(-max, max));
  }

  private void slowDisk(SimNode node) {
    node.disk().speed(DiskSpeed.SLOW);
    later("disk recovers", random.exponential(300 * MILLIS), () -> node.disk().speed(swarm.disk()));
  }

  private void fullDisk(SimNode node) {
    cluster.windows().enter("disk full");
    node.disk().full(true);
    later("room", random.exponential(300 * MILLIS), () -> node.disk().full(false));
  }

  /** One sync fails; only a restart helps a disk that may have lost what it was given. */
  private void failingDisk(SimNode node) {
    cluster.windows().enter("sync failed");
    node.disk().failNextSync();
    later("restart for its disk", random.exponential(300 * MILLIS), () -> crash(node));
  }

  /** One way, both ways, or all ways of a node; for a while. */
  private void cut(SimNode node) {
    NodeId one = node.id();
    NodeId other = cluster.node(random.nextInt(swarm.nodes())).id();
    if (one == null || other == null) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> {
        if (!one.equals(other)) {
          cluster.network().cut(one, other);
        }
      }
      case 1 -> {
        if (!one.equals(other)) {
          cluster.network().cut(one, other);
          cluster.network().cut(other, one);
        }
      }
      default -> cluster.network().isolate(one);
    }
    later("heal", random.exponential(700 * MILLIS), cluster.network()::healAll);
  }
}
