package io.quorate.sim.workload;

import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.kernel.SimWorld;
import java.util.ArrayList;
import java.util.List;

/** The clients of one run, until they are stopped. */
public final class Workloads {
  /** A refused client does not ask again at once: a run should not consist of refusals. */
  private static final long AFTER_REFUSAL_NANOS = 20_000_000;

  private final SimWorld world;
  private final SimCluster cluster;
  private final WorkloadShape shape;
  private final List<Workload> workloads = new ArrayList<>();
  private boolean stopped;
  private int working;

  public Workloads(SimCluster cluster, WorkloadShape shape) {
    this.world = cluster.world();
    this.cluster = cluster;
    this.shape = shape;
  }

  public void start() {
    for (Kind kind : Kind.ALL) {
      int clients = shape.clients().getOrDefault(kind.name(), 0);
      if (clients > 0) {
        start(kind.name(), kind.make().get(), clients);
      }
    }
  }

  /** Starts clients that no seed has drawn. */
  public void startBeside(String kind, TenantsThatGo workload, int clients) {
    start(kind, workload, clients);
  }

  private void start(String kind, Workload workload, int clients) {
    workloads.add(workload);
    cluster.windows().enter("workload: " + kind);
    for (int i = 0; i < clients; i++) {
      String name = kind + " " + i;
      SimRandom random = world.random("client").split(name);
      working++;
      thinkThenGoOn(workload, new Client(cluster, shape, name, random));
    }
  }

  /** Clients end their turns and take no more. */
  public void stop() {
    stopped = true;
  }

  public boolean isDone() {
    return working == 0;
  }

  /** Everything has healed and all clients have stopped: workloads check their records. */
  public void rest() {
    workloads.forEach(Workload::rests);
  }

  private void thinkThenGoOn(Workload workload, Client client) {
    long think = Math.max(shape.thinkNanos(), client.takeRefused() ? AFTER_REFUSAL_NANOS : 0);
    client.later(
        client.random().exponential(think),
        () -> {
          if (stopped) {
            working--;
          } else {
            workload.turn(client, () -> thinkThenGoOn(workload, client));
          }
        });
  }
}
