package io.quorate.sim.run;

import io.quorate.sim.fault.Swarm;
import io.quorate.sim.workload.WorkloadShape;
import java.util.List;
import java.util.stream.Stream;

/** Windows by kind: every kind of fault has struck, and every kind of client was there. */
final class KindWindows {
  /** Kinds that mean nothing where the data plane runs alone. */
  private static final List<String> NEEDS_WHOLE_NODES =
      List.of(
          "fault: empty disk",
          "fault: losses in turn",
          "fault: lying member",
          "fault: unreadable metadata",
          "fault: upgrade",
          "workload: tenant commands");

  private KindWindows() {}

  /** Returns those of whole nodes. */
  static Demand ofWholeNodes() {
    return new Demand(0, windows(Swarm.kinds(), WorkloadShape.kinds()).toList());
  }

  /** Returns those of the data plane alone. */
  static Demand ofDataPlane() {
    return new Demand(
        0,
        windows(Swarm.kinds(), WorkloadShape.kinds())
            .filter(kind -> !NEEDS_WHOLE_NODES.contains(kind))
            .toList());
  }

  /** Returns those of nodes in several regions. */
  static Demand ofRegions() {
    return new Demand(
        Demand.SEEDS_MIN, windows(Swarm.kindsOfRegions(), WorkloadShape.kindsOfRegions()).toList());
  }

  private static Stream<String> windows(List<String> faults, List<String> workloads) {
    return Stream.concat(
        faults.stream().map(kind -> "fault: " + kind),
        workloads.stream().map(kind -> "workload: " + kind));
  }
}
