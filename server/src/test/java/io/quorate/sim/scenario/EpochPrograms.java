package io.quorate.sim.scenario;

import io.quorate.placement.Placements;
import io.quorate.replication.coordinator.CoordinatorConfig;
import io.quorate.sim.cluster.Doors;
import io.quorate.sim.cluster.FixedPlacements;
import io.quorate.sim.cluster.LeftOut;
import io.quorate.sim.cluster.Program;
import io.quorate.sim.cluster.ReplicationProgram;
import io.quorate.sim.cluster.Sabotage;
import io.quorate.sim.kernel.SimLane;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The data planes of one scenario, and which placements each node has heard of. What a node has
 * heard of it knows again after a restart, as it is durable where it comes from: the metadata
 * group's log.
 */
final class EpochPrograms implements Program.Factory {
  private final int nodes;
  private final Sabotage sabotage;
  private final Map<Integer, Placements> byEpoch = new TreeMap<>();
  private final Map<Integer, Integer> epochOf = new TreeMap<>();
  private final Map<Integer, Running> running = new TreeMap<>();

  private record Running(SimLane lane, ReplicationProgram program) {}

  EpochPrograms(int nodes, Placements first, Sabotage sabotage) {
    this.nodes = nodes;
    this.sabotage = sabotage;
    byEpoch.put(1, first);
  }

  @Override
  public Program create(Doors doors) {
    if (sabotage.leftOut().contains(LeftOut.DURABLE_EPOCH)) {
      epochOf.remove(doors.index());
    }
    Placements known = placements(epochOf.getOrDefault(doors.index(), 1));
    var program =
        ReplicationProgram.create(doors, known, CoordinatorConfig.DEFAULT, sabotage.leftOut());
    running.put(doors.index(), new Running(doors.lane(), program));
    return program;
  }

  /** Says which replicas all keys have in an epoch. */
  void define(int epoch, List<Integer> replicas) {
    byEpoch.put(epoch, FixedPlacements.of(nodes, epoch, replicas));
  }

  /**
   * A node hears of an epoch; of one that it knows to be over it takes no notice.
   *
   * @return false if there is no such epoch
   */
  boolean learn(int node, int epoch) {
    if (!byEpoch.containsKey(epoch)) {
      return false;
    }
    if (epoch > epochOf.getOrDefault(node, 1)) {
      epochOf.put(node, epoch);
      Running at = running.get(node);
      if (at != null) {
        at.lane.execute(() -> at.program.learn(placements(epoch)));
      }
    }
    return true;
  }

  private Placements placements(int epoch) {
    Placements known = byEpoch.get(epoch);
    if (known == null) {
      throw new IllegalStateException("epoch " + epoch + " is not defined");
    }
    return known;
  }
}
