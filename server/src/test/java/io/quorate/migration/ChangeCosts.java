package io.quorate.migration;

import io.quorate.cluster.ClusterState;
import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AddNode;
import io.quorate.cluster.Command.Join;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Command.RemoveNode;
import io.quorate.cluster.Command.StepMoves;
import io.quorate.cluster.Decision;
import io.quorate.cluster.Genesis;
import io.quorate.cluster.Member;
import io.quorate.cluster.Member.State;
import io.quorate.cluster.codec.ClusterStateCodec;
import io.quorate.cluster.codec.CommandCodec;
import io.quorate.model.ClusterId;
import io.quorate.model.NodeId;
import io.quorate.model.Release;
import io.quorate.model.Releases;
import io.quorate.placement.Factor;
import io.quorate.placement.PartitionPlacement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What a change of a large cluster costs the metadata: how long it is planned, what moves beside
 * the least that could, how large the state and the commands are. A program, not a test: {@code
 * main} takes the number of nodes and of partitions.
 */
public final class ChangeCosts {
  private static final int ZONES = 10;
  private static final int FACTOR = 3;

  /** As many partitions take a step together as are on the move at a time by default. */
  private static final int TOGETHER = 16;

  private ChangeCosts() {}

  public static void main(String[] args) {
    int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
    int partitions = args.length > 1 ? Integer.parseInt(args[1]) : 16_384;
    List<Member> members = new ArrayList<>();
    for (int node = 1; node <= nodes; node++) {
      members.add(member(node));
    }
    long began = System.nanoTime();
    ClusterState state = Genesis.create(new ClusterId(1), members, partitions);
    System.out.printf(
        "%,d nodes in %d zones, %,d partitions, factor %d: founded in %,d ms, state of %,d bytes%n",
        nodes, ZONES, partitions, FACTOR, millisSince(began), bytes(state));
    for (int round = 1; round <= 3; round++) {
      int joiner = nodes + round;
      Member next = member(joiner);
      state =
          folded(
              state, new Join(next.id(), next.address(), "r", next.zone(), 1, true, Releases.THIS));
      state = change("add", state, new AddNode(next.id()), (double) partitions * FACTOR / joiner);
      int leaver = round * 7;
      long held =
          state.partitions().stream()
              .filter(each -> each.replicas(Factor.of(FACTOR)).contains(new NodeId(leaver)))
              .count();
      state = change("remove", state, new RemoveNode(new NodeId(leaver)), (double) held);
    }
  }

  private static Member member(int node) {
    String zone = "z" + node % ZONES;
    return new Member(
        new NodeId(node), "node-" + node + ":7400", "r", zone, 1, 0, Releases.THIS, State.ACTIVE);
  }

  /** Carries a change out to its end, as the driver would, and returns its costs. */
  private static ClusterState change(
      String what, ClusterState from, Command wish, double leastMoves) {
    ClusterState state = folded(from, wish);
    long began = System.nanoTime();
    SortedMap<Integer, List<NodeId>> targets = Planning.targets(state);
    long planned = millisSince(began);
    long moves = moves(state, targets);
    PlanChange plan = new PlanChange(state.change().wishedAt(), targets);
    long planBytes = CommandCodec.encode(plan, Release.NEWEST_VERSION).length;
    state = folded(state, plan);
    long largest = bytes(state);
    long stepBytes = 0;
    int commands = 0;
    while (state.isChanging()) {
      StepMoves steps = steps(state);
      stepBytes += CommandCodec.encode(steps, Release.NEWEST_VERSION).length;
      commands++;
      state = folded(state, steps);
    }
    System.out.printf(
        "%-7s planned in %,6d ms: %,5d replicas move, at least %,8.1f must (%.3f times); plan %,d"
            + " bytes, then %,d commands of %,d bytes together; state at most %,d bytes%n",
        what,
        planned,
        moves,
        leastMoves,
        (double) moves / leastMoves,
        planBytes,
        commands,
        stepBytes,
        largest);
    return state;
  }

  private static long moves(ClusterState state, SortedMap<Integer, List<NodeId>> targets) {
    long moves = 0;
    for (var target : targets.entrySet()) {
      PartitionPlacement partition = state.partitions().get(target.getKey());
      moves +=
          target.getValue().subList(0, FACTOR).stream()
              .filter(node -> !partition.replicas(Factor.of(FACTOR)).contains(node))
              .count();
    }
    return moves;
  }

  /** What the driver would request next, if all nodes had done what it waits for. */
  private static StepMoves steps(ClusterState state) {
    List<MoveStep> steps = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      Kind kind =
          partition.move() == null
              ? (state.change().targets().containsKey(number) ? Kind.BEGIN : null)
              : switch (partition.move().step()) {
                case DUAL_WRITE -> Kind.CUT_OVER;
                case CUTOVER, STEP_BACK -> Kind.FINISH;
                case CLEANUP -> Kind.END;
              };
      if (kind != null && steps.size() < TOGETHER) {
        steps.add(new MoveStep(number, partition.epoch(), kind));
      }
    }
    return new StepMoves(steps);
  }

  private static ClusterState folded(ClusterState state, Command command) {
    return switch (state.apply(command, state.stateVersion() + 1)) {
      case Decision.Accepted accepted -> accepted.next();
      case Decision.Rejected rejected -> throw new IllegalStateException(rejected.reason());
    };
  }

  private static long bytes(ClusterState state) {
    return ClusterStateCodec.encode(state).length;
  }

  private static long millisSince(long began) {
    return (System.nanoTime() - began) / 1_000_000;
  }
}
