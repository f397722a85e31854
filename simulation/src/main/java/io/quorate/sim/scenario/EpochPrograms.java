package io.quorate.sim.scenario;

import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.purge.PurgeReport;
import io.quorate.replication.coordinator.operation.CoordinatorConfig;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.move.Standing;
import io.quorate.sim.kernel.SimLane;
import io.quorate.sim.program.FixedPlacements;
import io.quorate.sim.program.LeftOut;
import io.quorate.sim.program.Program;
import io.quorate.sim.program.ProgramEnvironment;
import io.quorate.sim.program.ReplicationProgram;
import io.quorate.sim.program.Sabotage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The data planes of one scenario, and which placements each node knows. A node knows them again
 * after a restart, since the log of the metadata group, where they come from, is durable.
 */
final class EpochPrograms implements Program.Factory {
  private final int nodes;
  private final Sabotage sabotage;
  private final NavigableMap<Integer, Placements> byEpoch = new TreeMap<>();
  private final Map<Integer, Integer> epochOf = new TreeMap<>();
  private final Map<Integer, Running> running = new TreeMap<>();

  private record Running(SimLane lane, ReplicationProgram program) {}

  EpochPrograms(int nodes, Placements first, Sabotage sabotage) {
    this.nodes = nodes;
    this.sabotage = sabotage;
    byEpoch.put(1, first);
  }

  @Override
  public Program create(ProgramEnvironment environment) {
    if (sabotage.leftOut().contains(LeftOut.DURABLE_EPOCH)) {
      epochOf.remove(environment.index());
    }
    Placements known = placements(epochOf.getOrDefault(environment.index(), 1));
    var program =
        ReplicationProgram.create(
            environment, known, CoordinatorConfig.DEFAULT, sabotage.leftOut());
    running.put(environment.index(), new Running(environment.lane(), program));
    return program;
  }

  /**
   * Sets the replicas of all keys in an epoch; purge marks stay.
   *
   * @param step stage of their move; null if they do not move
   * @param others the set that they go to, or come from
   */
  void define(int epoch, List<Integer> replicas, Move.@Nullable Step step, List<Integer> others) {
    Placements before = before(epoch);
    Placements stable = FixedPlacements.of(nodes, epoch, replicas);
    List<NodeId> other = others.stream().map(ReplicationProgram::idOf).toList();
    boolean jumps = step == Move.Step.STEP_BACK && sabotage.leftOut().contains(LeftOut.STEP_BACK);
    Move last = before.partitions().getFirst().move();
    Move move =
        step == null
            ? null
            : new Move(
                jumps ? Move.Step.CLEANUP : step, other, last == null ? epoch : last.begunEpoch());
    define(
        epoch,
        new Placements(
            epoch,
            before.nodes(),
            withSettings(stable.tenants(), before),
            stable.partitions().stream()
                .map(
                    each ->
                        new PartitionPlacement(
                            epoch, each.preferenceList(), each.purge(), each.filling(), move))
                .toList()),
        partition -> {
          long purged = before.purge(partition).purged();
          return new PurgeMarks(purged, purged);
        });
  }

  /** Tenants keep their settings while partitions move. */
  private static Map<String, Tenant> withSettings(Map<String, Tenant> tenants, Placements before) {
    Map<String, Tenant> kept = new TreeMap<>();
    tenants.forEach(
        (name, tenant) -> {
          Tenant known = before.tenants().get(name);
          Tenant same = known == null ? tenant : tenant.with(known.settings());
          kept.put(
              name,
              known != null && known.replication().isByRegion()
                  ? same.with(known.replication())
                  : same);
        });
    return kept;
  }

  /** The replicas of the epoch before, with other marks of purges. */
  void define(int epoch, IntFunction<PurgeMarks> marks) {
    define(epoch, before(epoch), marks);
  }

  private void define(int epoch, Placements like, IntFunction<PurgeMarks> marks) {
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PartitionPlacement each : like.partitions()) {
      partitions.add(
          new PartitionPlacement(
              epoch,
              each.preferenceList(),
              marks.apply(partitions.size()),
              each.filling(),
              each.move()));
    }
    byEpoch.put(epoch, new Placements(epoch, like.nodes(), like.tenants(), partitions));
  }

  /** The placements of the last epoch below one. */
  Placements before(int epoch) {
    return placements(Objects.requireNonNull(byEpoch.lowerKey(epoch)));
  }

  /** The placements of the last epoch. */
  Placements last() {
    return byEpoch.lastEntry().getValue();
  }

  boolean isDefined(int epoch) {
    return byEpoch.containsKey(epoch);
  }

  /** What the nodes with these indexes report of purges. */
  void reports(List<Integer> indexes, BiConsumer<NodeId, PurgeReport> to) {
    for (int index : indexes) {
      Running at = running.get(index);
      if (at != null) {
        to.accept(at.program.id(), at.program.purgeReport());
      }
    }
  }

  /** The running node with an index begins to copy what moves to it. */
  void copy(int index) {
    Running at = Objects.requireNonNull(running.get(index));
    at.lane.execute(at.program::copy);
  }

  /** Whether the running node with an index holds what it must of all that moves to it. */
  boolean isComplete(int index) {
    Running at = Objects.requireNonNull(running.get(index));
    List<Standing> standings = at.program.standings();
    return !standings.isEmpty() && standings.stream().allMatch(Standing::complete);
  }

  /** Whether the running node with an index has a hint for another, or a mark. */
  boolean owes(int index, NodeId to) {
    return standing(index, to).anyMatch(each -> each.hints() > 0 || !each.repairs().isEmpty());
  }

  /** Whether the running node with an index has marked a partition of another for repair. */
  boolean marks(int index, NodeId to) {
    return standing(index, to).anyMatch(each -> !each.repairs().isEmpty());
  }

  private Stream<Hints.Standing> standing(int index, NodeId of) {
    Running at = Objects.requireNonNull(running.get(index));
    return at.program.coordinator().hints().standings().stream()
        .filter(standing -> standing.target().equals(of));
  }

  /** Whether the driver of moves goes on without a majority of a region whose replicas change. */
  boolean isRegionBarrierLeftOut() {
    return sabotage.leftOut().contains(LeftOut.BARRIER_BY_REGION);
  }

  /** Whether the driver of moves goes on past an epoch without asking which nodes know it. */
  boolean isBarrierLeftOut(int epoch) {
    Move move = placements(epoch).partitions().getFirst().move();
    return sabotage.leftOut().contains(LeftOut.BARRIER)
        || (move != null
            && move.step() == Move.Step.CUTOVER
            && sabotage.leftOut().contains(LeftOut.BARRIER_BEFORE_CLEANUP));
  }

  /**
   * A node learns of an epoch; it ignores one that it knows to be over.
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
