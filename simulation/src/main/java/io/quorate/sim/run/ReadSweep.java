package io.quorate.sim.run;

import io.quorate.placement.Level;
import io.quorate.placement.Tenant;
import io.quorate.replication.api.Outcome;
import io.quorate.sim.cluster.Call;
import io.quorate.sim.cluster.SimCluster;
import io.quorate.sim.cluster.SimCluster.Ask;
import io.quorate.sim.kernel.SimRandom;
import io.quorate.sim.workload.WorkloadShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Reads all that a run has written, after everything was healed. */
final class ReadSweep {
  private static final Duration READ_MAX = Duration.ofSeconds(5);

  private final SimCluster cluster;
  private final WorkloadShape shape;

  ReadSweep(SimCluster cluster, WorkloadShape shape) {
    this.cluster = cluster;
    this.shape = shape;
  }

  /** Reads every key at ALL: it must work now, wherever it is tried, and it repairs. */
  void read() {
    List<Integer> present = new ArrayList<>();
    for (int node = 0; node < cluster.nodes().size(); node++) {
      if (cluster.node(node).isPresent()) {
        present.add(node);
      }
    }
    for (String key : shape.hot()) {
      present.forEach(node -> read(key, node));
    }
    for (Tenant other : cluster.others()) {
      if (other.namesWrites() || other.mergesFields()) {
        continue; // its clients judge what they read at QUORUM
      }
      for (String key : WorkloadShape.keysOf(other)) {
        read(key, ask -> cluster.get(other.name(), present.getFirst(), key, Level.ALL, ask));
      }
    }
    SimRandom random = cluster.world().random("sweep");
    shape.notHot().forEach(key -> read(key, present.get(random.nextInt(present.size()))));
  }

  private void read(String key, int node) {
    read(key, ask -> cluster.get(node, key, Level.ALL, ask));
  }

  private void read(String key, Function<Ask, Call> asked) {
    Call call = asked.apply(Ask.within(READ_MAX));
    if (!cluster.world().runUntil(call::hasEnded, READ_MAX.plusSeconds(1))
        || !(call.outcome() instanceof Outcome.Read)) {
      throw new StillWrong(
          "liveness", "after all was healed, reading " + key + " at ALL gave " + call.outcome());
    }
  }
}
