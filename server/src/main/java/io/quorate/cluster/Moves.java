package io.quorate.cluster;

import com.google.errorprone.annotations.FormatMethod;
import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.PlanChange;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ladder of a moving partition, step by step, each under an epoch of its own
 * (docs/design/topology-change.md#the-steps). Whether it is time for a step is for the driver to
 * know; that none is left out is decided here.
 */
final class Moves {
  /** From this version of the cluster on, a move that ends while a purge is open has its epoch. */
  private static final int PURGE_FENCED_FROM_VERSION = 2;

  /**
   * From this version of the cluster on, what is left behind and was being filled is not said to be
   * filled any more at the end, and a step that cannot be taken holds up no others.
   */
  private static final int STEPS_APART_FROM_VERSION = 2;

  private Moves() {}

  static Decision plan(ClusterState state, PlanChange plan, long index) {
    Change change = state.change();
    if (plan.wishedAt() != change.wishedAt()) {
      return new Rejected(
          "this was planned for wish %d, and there is a later one, %d"
              .formatted(plan.wishedAt(), change.wishedAt()));
    }
    if (!change.needsPlan()) {
      return new Accepted(state, List.of());
    }
    for (int partition : plan.targets().keySet()) {
      check(
          partition >= 0 && partition < state.partitions().size(),
          "there is no partition %d",
          partition);
    }
    Change planned =
        new Change(
            change.id(),
            change.wishedAt(),
            change.wishedAt(),
            change.targets(),
            change.planned(),
            change.limits());
    return new Accepted(
        settled(going(state.with(planned, index), plan.targets(), index), index), List.of());
  }

  /** Partitions go to these lists from now on, where they do not yet. */
  static ClusterState going(
      ClusterState state, SortedMap<Integer, List<NodeId>> wanted, long index) {
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>();
    SortedSet<Integer> behind = state.awaitingMove();
    behind.removeAll(state.change().targets().keySet());
    int planned = 0;
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      List<NodeId> target = wanted.getOrDefault(number, partition.goesTo());
      boolean away = !target.equals(partition.goesTo());
      if (away) {
        targets.put(number, target);
      }
      planned += away || partition.isDual() || behind.contains(number) ? 1 : 0;
    }
    Change change = state.change();
    return state.with(
        new Change(
            change.id(), change.wishedAt(), change.plannedFor(), targets, planned, change.limits()),
        index);
  }

  /** Steps that do not fit are passed over, with the reason as a warning. */
  static Decision step(ClusterState state, List<MoveStep> steps, long index) {
    List<PartitionPlacement> partitions = new ArrayList<>(state.partitions());
    SortedMap<Integer, List<NodeId>> targets = new TreeMap<>(state.change().targets());
    Set<Replication> replications = state.replications();
    List<String> refusals = new ArrayList<>();
    for (MoveStep step : steps) {
      try {
        check(
            step.partition() >= 0 && step.partition() < partitions.size(),
            "there is no partition %d",
            step.partition());
        PartitionPlacement now = partitions.get(step.partition());
        check(
            now.epoch() == step.epoch(),
            "partition %d is at epoch %d, and this was decided at epoch %d",
            step.partition(),
            now.epoch(),
            step.epoch());
        PartitionPlacement next = stepped(state, now, step, targets, replications);
        if (state.clusterVersion() >= STEPS_APART_FROM_VERSION) {
          StateRules.checkPartition(state.members().keySet(), step.partition(), next);
        }
        partitions.set(step.partition(), next);
        if (next.goesTo().equals(targets.get(step.partition()))) {
          targets.remove(step.partition());
        }
      } catch (IllegalArgumentException refused) {
        refusals.add(String.valueOf(refused.getMessage()));
      }
    }
    if (refusals.size() == steps.size()) {
      return new Rejected(refusals.isEmpty() ? "no partitions are named" : refusals.getFirst());
    }
    ClusterState next =
        state.with(state.members(), partitions, index).with(state.change().with(targets), index);
    return new Accepted(settled(Alterations.settled(next, index), index), refusals);
  }

  private static PartitionPlacement stepped(
      ClusterState state,
      PartitionPlacement now,
      MoveStep step,
      SortedMap<Integer, List<NodeId>> targets,
      Set<Replication> replications) {
    Move move = now.move();
    return switch (step.kind()) {
      case BEGIN -> {
        List<NodeId> target = targets.get(step.partition());
        check(move == null, "partition %d is on the move already", step.partition());
        NextHop hop =
            NextHop.of(now, target == null ? now.preferenceList() : target, replications, state);
        check(hop.isSomewhereElse(now), "partition %d has nowhere to go", step.partition());
        yield begun(now, hop, state.change().limits().blocksWrites());
      }
      case CUT_OVER -> {
        check(
            move != null && move.step() == Step.DUAL_WRITE,
            "partition %d is not written to twice",
            step.partition());
        yield cutOver(now, move == null ? none() : move, step.excused());
      }
      case FINISH -> {
        check(
            move != null && (move.step() == Step.CUTOVER || move.step() == Step.STEP_BACK),
            "partition %d has not cut over, nor stepped back",
            step.partition());
        yield finished(now, move == null ? none() : move);
      }
      case END -> {
        check(
            move != null && move.step() == Step.CLEANUP,
            "partition %d is not being cleaned up",
            step.partition());
        yield ended(state, now, move == null ? none() : move);
      }
    };
  }

  private static Move none() {
    throw new IllegalArgumentException("it does not move");
  }

  private static PartitionPlacement begun(
      PartitionPlacement now, NextHop hop, boolean blocksWrites) {
    long epoch = now.epoch() + 1;
    if (hop.isSameSets(now)) {
      SortedSet<NodeId> filling = new TreeSet<>(now.filling());
      filling.retainAll(hop.list());
      return new PartitionPlacement(epoch, hop.list(), now.purge(), filling, null, hop.through());
    }
    return new PartitionPlacement(
        epoch,
        now.preferenceList(),
        now.purge(),
        now.filling(),
        new Move(Step.DUAL_WRITE, hop.list(), epoch, hop.through(), blocksWrites),
        now.alteredThrough());
  }

  private static PartitionPlacement cutOver(
      PartitionPlacement now, Move move, SortedSet<NodeId> excused) {
    SortedSet<NodeId> filling = new TreeSet<>(now.filling());
    filling.addAll(excused);
    return new PartitionPlacement(
        now.epoch() + 1,
        now.preferenceList(),
        now.purge(),
        filling,
        move.to(Step.CUTOVER),
        now.alteredThrough());
  }

  private static PartitionPlacement finished(PartitionPlacement now, Move move) {
    boolean forward = move.step() == Step.CUTOVER;
    List<NodeId> to = forward ? move.other() : now.preferenceList();
    List<NodeId> from = forward ? now.preferenceList() : move.other();
    long toThrough = forward ? move.alteredThrough() : now.alteredThrough();
    long fromThrough = forward ? now.alteredThrough() : move.alteredThrough();
    SortedSet<NodeId> filling = new TreeSet<>(now.filling());
    filling.retainAll(to);
    return new PartitionPlacement(
        now.epoch() + 1,
        to,
        now.purge(),
        filling,
        new Move(Step.CLEANUP, from, move.begunEpoch(), fromThrough, move.blocksWrites()),
        toThrough);
  }

  /**
   * With its epoch, unless a factor was altered: tenants that had another one are compared together
   * with those that have the same now, and all that are asked under one epoch have to mean the same
   * tenants. Nor with it while a purge is open: what was handed over until now, maybe to some
   * replicas only, is refused while they report what they hold (docs/design/purge.md#f8).
   */
  private static PartitionPlacement ended(ClusterState state, PartitionPlacement now, Move move) {
    boolean altered = move.alteredThrough() != now.alteredThrough();
    boolean purging = now.purge().isOpen() && state.clusterVersion() >= PURGE_FENCED_FROM_VERSION;
    SortedSet<NodeId> filling = new TreeSet<>(now.filling());
    if (state.clusterVersion() >= STEPS_APART_FROM_VERSION) {
      filling.retainAll(now.preferenceList()); // one left behind may have lost its disk since
    }
    return new PartitionPlacement(
        now.epoch() + (altered || purging ? 1 : 0),
        now.preferenceList(),
        now.purge(),
        filling,
        null,
        now.alteredThrough());
  }

  /**
   * One step back, if it is in the middle: never more than one (docs/design/topology-change.md#f7).
   */
  private static PartitionPlacement turnedBack(PartitionPlacement now) {
    Move move = now.move();
    if (move == null) {
      return now;
    }
    return switch (move.step()) {
      case DUAL_WRITE ->
          finished(now, move.to(Step.STEP_BACK)); // both read and write majorities of the old set
      case CUTOVER ->
          new PartitionPlacement(
              now.epoch() + 1,
              now.preferenceList(),
              now.purge(),
              now.filling(),
              move.to(Step.STEP_BACK),
              now.alteredThrough());
      case STEP_BACK, CLEANUP -> now;
    };
  }

  static Decision cancel(ClusterState state, long index) {
    if (!state.isChanging()) {
      return new Rejected("nothing is on the move, so there is nothing to cancel");
    }
    ClusterState back = Alterations.takenBack(state, index);
    Set<Replication> replications = back.replications();
    List<PartitionPlacement> partitions =
        back.partitions().stream()
            .map(each -> isOnTheWayBack(each, replications) ? each : turnedBack(each))
            .toList();
    Change change = state.change();
    ClusterState next =
        back.with(state.members(), partitions, index)
            .with(
                new Change(
                    change.id(),
                    change.wishedAt(),
                    change.wishedAt(),
                    new TreeMap<>(),
                    0,
                    change.limits()),
                index);
    SortedMap<NodeId, Member> members = new TreeMap<>();
    next.members()
        .forEach(
            (id, member) -> {
              boolean owns = Wishes.owns(next, id);
              members.put(
                  id,
                  switch (member.state()) {
                    case LEAVING -> member.in(owns ? State.ACTIVE : State.SPARE);
                    case JOINING -> member.in(hasAny(next, id) ? State.ACTIVE : State.SPARE);
                    default -> member;
                  });
            });
    ClusterState cancelled = next.with(members, partitions, index);
    return new Accepted(Alterations.calledOff(cancelled, index), List.of());
  }

  /** Whether all that a partition moves for is to give tenants back the factor that they had. */
  private static boolean isOnTheWayBack(
      PartitionPlacement partition, Set<Replication> replications) {
    Move move = partition.move();
    return move != null
        && move.alteredThrough() != partition.alteredThrough()
        && move.other().equals(partition.preferenceList())
        && replications.stream()
            .allMatch(each -> each.at(move.alteredThrough()).equals(each.goal()));
  }

  /** Whether a node stays an owner when all that goes back is back. */
  private static boolean hasAny(ClusterState state, NodeId node) {
    return state.partitions().stream().anyMatch(each -> each.preferenceList().contains(node));
  }

  /**
   * Partitions that were on their way to a node that is to leave turn back; so do those that would
   * wait for it as a tenant comes to have more replicas or fewer.
   *
   * @param state in which it is to leave
   */
  static ClusterState turnBackFrom(ClusterState state, NodeId node, long index) {
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PartitionPlacement partition : state.partitions()) {
      boolean arrives =
          partition.goesTo().contains(node) && !partition.preferenceList().contains(node);
      boolean back = arrives || NextHop.isToTurnBackFrom(node, partition, state);
      partitions.add(back ? turnedBack(partition) : partition);
    }
    return state.with(state.members(), partitions, index);
  }

  /** Nodes that were joining have joined when nothing is to be moved any more. */
  static ClusterState settled(ClusterState state, long index) {
    Change change = state.change();
    if (change.needsPlan()
        || !change.targets().isEmpty()
        || state.partitions().stream().anyMatch(PartitionPlacement::isDual)) {
      return state;
    }
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.replaceAll(
        (id, member) -> member.state() == State.JOINING ? member.in(State.ACTIVE) : member);
    return state.with(members, state.partitions(), index);
  }

  /** That writes wait is said of each change again: it ends with the one it was said of. */
  static Decision limited(ClusterState before, Decision decision, long index) {
    if (before.change().limits().blocksWrites()
        && decision instanceof Accepted(ClusterState next, List<String> warnings)
        && isMoving(before)
        && !isMoving(next)) {
      Change over = next.change().with(next.change().limits().withoutBlocking());
      return new Accepted(next.with(over, index), warnings);
    }
    return decision;
  }

  /** Whether two sets are in charge of some partition, or are to be. */
  static boolean isMoving(ClusterState state) {
    return state.change().needsPlan() || !state.yetToArrive().isEmpty();
  }

  @FormatMethod
  private static void check(boolean fact, String format, Object... args) {
    if (!fact) {
      throw new IllegalArgumentException(format.formatted(args));
    }
  }
}
