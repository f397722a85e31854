package io.quorate.sim.fault;

import io.quorate.sim.cluster.SimCluster;
import java.util.Map;

/** The faults of one run, independent of each other, until they are stopped. */
public final class Faults {
  private final SimCluster cluster;
  private final Map<String, Fault> faults;
  private boolean over;

  public Faults(SimCluster cluster, Swarm swarm) {
    this.cluster = cluster;
    this.faults = swarm.faults();
  }

  public void start() {
    faults.forEach((kind, fault) -> fault.begin(new Reach(cluster, kind, () -> over)));
  }

  /** Nothing goes wrong any more; what did stays so until the cluster is healed. */
  public void stop() {
    over = true;
  }
}
