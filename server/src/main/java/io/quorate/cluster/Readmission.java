package io.quorate.cluster;

import io.quorate.cluster.Command.Filled;
import io.quorate.cluster.Command.NodeReplaced;
import io.quorate.cluster.Command.Readmit;
import io.quorate.cluster.Command.Refill;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.placement.Barrier;
import io.quorate.placement.Factor;
import io.quorate.placement.Filling;
import io.quorate.placement.Loss;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a replica that lost what it held comes to count again: no node takes it for what it was
 * before it has been filled. A node whose disk is lost starts again, under a new id, and takes the
 * place of the old one once an operator has said so; a partition that is damaged on a node is
 * refilled there. Either way the node is named in {@code filling} under a new epoch, and taken out
 * of it when it says that it holds what a majority of the others held.
 */
final class Readmission {
  private static final int NAMED_MAX = 5;

  /** From this version of the cluster on it is written down what may be lost. */
  private static final int LOSSES_KEPT_FROM_VERSION = 2;

  private Readmission() {}

  static Decision allow(ClusterState state, Readmit readmit, long index) {
    Member member = state.members().get(readmit.node());
    if (member == null) {
      return new Rejected(
          "node %s is not a member of cluster %s: see 'quorate cluster status' for those that are"
              .formatted(readmit.node(), state.clusterId()));
    }
    if (!readmit.acceptDataLoss()) {
      String loss = loss(state, readmit.node());
      if (loss != null) {
        return new Rejected(loss);
      }
    }
    boolean keepsRole = state.clusterVersion() >= Member.SPARES_READMITTED_FROM_VERSION;
    if (keepsRole && member.state() == State.LEAVING) {
      return new Rejected(leaving(member.id(), waitingFor(state, member.id())));
    }
    State wanted = readmit.acceptDataLoss() ? State.READMITTING_DESPITE_LOSS : State.READMITTING;
    if (keepsRole && member.isSpare()) {
      wanted = State.READMITTING_SPARE;
    }
    if (member.state() == wanted) {
      return new Accepted(state, List.of());
    }
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.put(member.id(), member.in(wanted));
    return new Accepted(state.with(members, state.partitions(), index), List.of());
  }

  /**
   * Why a node that is to leave is not readmitted, and what to do about it.
   *
   * @param waiting partitions that cannot leave it without what it held, whichever others are up
   */
  private static String leaving(NodeId node, List<Integer> waiting) {
    if (waiting.isEmpty()) {
      return ("node %s is to leave: others get its replicas, and no node takes its place. If one is"
              + " to take it, or if 'quorate doctor' says that partitions wait (change-waits),"
              + " call that off first ('quorate cluster add %s'), readmit it, and remove it"
              + " again once it is full")
          .formatted(node, node);
    }
    return ("node %s is to leave, and so no node takes its place; but %d partitions cannot move"
            + " away without it, since their other replicas are no majority: %s. Call that off"
            + " ('quorate cluster add %s'), readmit it, and remove it again once it is full")
        .formatted(node, waiting.size(), named(waiting), node);
  }

  /**
   * The partitions that wait for a node, or for what takes its place, before they can leave it: its
   * replica is one of two, of all or of its region, and each step takes a majority of these. Only
   * those that would wait if all others were up: which are down is not known here.
   */
  private static List<Integer> waitingFor(ClusterState state, NodeId node) {
    List<Integer> waiting = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      PartitionPlacement partition = state.partitions().get(number);
      if (partition.factors(state.replications(), state.regions()).stream()
              .anyMatch(factor -> Barrier.waitsFor(partition, factor, node))
          || cannotBegin(state, number, node)) {
        waiting.add(number);
      }
    }
    return waiting;
  }

  /** Whether a partition at rest does not set out without a node, and would with it. */
  private static boolean cannotBegin(ClusterState state, int number, NodeId node) {
    PartitionPlacement partition = state.partitions().get(number);
    List<NodeId> goal = state.goal(number);
    if (partition.move() != null || goal.equals(partition.preferenceList())) {
      return false;
    }
    NextHop hop = NextHop.of(partition, goal, state.replications(), state);
    return hop.factors().stream()
        .anyMatch(
            factor ->
                Barrier.canPassOnlyWith(
                    node,
                    factor,
                    factor.before(partition.preferenceList()),
                    factor.after(hop.list()),
                    partition.filling()));
  }

  /** A few of some partitions, for a message. */
  private static String named(List<Integer> partitions) {
    List<Integer> named = partitions.subList(0, Math.min(NAMED_MAX, partitions.size()));
    return named + (named.size() < partitions.size() ? " and more" : "");
  }

  static Decision replace(ClusterState state, NodeReplaced replaced, long index) {
    if (state.members().containsKey(replaced.id())) {
      return new Accepted(state, List.of()); // a retry: it has taken its place
    }
    Member lost = state.members().get(replaced.lost());
    String refusal = refusal(state, lost, replaced);
    if (lost == null || refusal != null) {
      return new Rejected(String.valueOf(refusal));
    }
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.remove(lost.id());
    members.put(
        replaced.id(),
        new Member(
            replaced.id(),
            lost.address(),
            lost.region(),
            lost.zone(),
            replaced.weight(),
            0,
            replaced.release(),
            lost.readmitted()));
    List<PartitionPlacement> partitions = new ArrayList<>();
    for (PartitionPlacement partition : state.partitions()) {
      partitions.add(replaced(partition, lost.id(), replaced.id()));
    }
    return new Accepted(
        state
            .next(index)
            .members(members)
            .partitions(partitions)
            .change(state.change().replaced(lost.id(), replaced.id()))
            .losses(losses(state, lost, partitions))
            .build(),
        List.of());
  }

  /**
   * Adds what an operator has accepted to lose with a node: in each partition that too few others
   * are known to hold, all that was acknowledged before the new node takes its place. A replica
   * that was being filled counted for nothing, so nothing is lost with it, and a loss from before
   * is as it was.
   */
  private static SortedMap<Integer, Loss> losses(
      ClusterState state, Member lost, List<PartitionPlacement> next) {
    if (state.clusterVersion() < LOSSES_KEPT_FROM_VERSION
        || lost.state() != State.READMITTING_DESPITE_LOSS) {
      return state.losses();
    }
    Regions regions = state.regions();
    Collection<Replication> replications = state.replications();
    SortedMap<Integer, Loss> losses = new TreeMap<>(state.losses());
    for (int number = 0; number < next.size(); number++) {
      PartitionPlacement before = state.partitions().get(number);
      boolean lossy =
          !before.filling().contains(lost.id())
              && replications.stream()
                  .anyMatch(each -> mayLose(before, before.factor(each, regions), lost.id()));
      if (lossy) {
        List<NodeId> others = new ArrayList<>(before.owners());
        others.remove(lost.id());
        SortedSet<NodeId> givenUp = new TreeSet<>(List.of(lost.id()));
        boolean whole = before.serving(others).isEmpty();
        losses.merge(number, new Loss(next.get(number).epoch(), givenUp, whole, false), Loss::and);
      }
    }
    return losses;
  }

  /** Whether tenants of a factor may lose writes of a partition with what a node held. */
  private static boolean mayLose(PartitionPlacement partition, Factor factor, NodeId node) {
    return partition.ofList(factor).contains(node)
        && !Filling.of(partition, factor, node).losesNothing();
  }

  private static @Nullable String refusal(
      ClusterState state, @Nullable Member lost, NodeReplaced replaced) {
    if (lost == null) {
      return "node %s, whose place node %s is to take, is not a member any more"
          .formatted(replaced.lost(), replaced.id());
    }
    if (!lost.isToBeReadmitted()) {
      return "no operator has readmitted node %s at %s".formatted(lost.id(), lost.address());
    }
    if (!lost.address().equals(replaced.address())) {
      return "node %s is to be readmitted at %s, not at %s"
          .formatted(lost.id(), lost.address(), replaced.address());
    }
    if (!lost.region().equals(replaced.region()) || !lost.zone().equals(replaced.zone())) {
      return ("node %s stood in region '%s', zone '%s', and what is to take its place says region"
              + " '%s', zone '%s': replicas are spread by where nodes stand, so start it with the"
              + " old region and zone")
          .formatted(lost.id(), lost.region(), lost.zone(), replaced.region(), replaced.zone());
    }
    // Looked at again: since the operator's word another node may have lost its disk, too.
    return lost.state() == State.READMITTING_DESPITE_LOSS ? null : loss(state, lost.id());
  }

  private static PartitionPlacement replaced(PartitionPlacement partition, NodeId old, NodeId by) {
    if (!partition.owners().contains(old)) {
      return partition;
    }
    SortedSet<NodeId> filling = new TreeSet<>(partition.filling());
    filling.remove(old);
    filling.add(by);
    Move move = partition.move();
    return new PartitionPlacement(
        partition.epoch() + 1,
        Change.replaced(partition.preferenceList(), old, by),
        partition.purge(),
        filling,
        move == null
            ? null
            : new Move(
                move.step(),
                Change.replaced(move.other(), old, by),
                partition.epoch() + 1,
                move.alteredThrough(),
                move.blocksWrites()),
        partition.alteredThrough());
  }

  /**
   * Under a new epoch even if the node is being filled already: what it says to have filled under
   * an older one, before the damage, has no effect then. So a retry is refused by its epoch.
   */
  static Decision refill(ClusterState state, Refill refill, long index) {
    int number = refill.partition();
    PartitionPlacement partition =
        number >= 0 && number < state.partitions().size() ? state.partitions().get(number) : null;
    if (partition == null || !partition.owners().contains(refill.node())) {
      return new Rejected(
          "node %s has no replica of partition %d".formatted(refill.node(), number));
    }
    if (partition.epoch() != refill.epoch()) {
      return new Rejected(
          "partition %d has epoch %d by now, and the damage was found under %d"
              .formatted(number, partition.epoch(), refill.epoch()));
    }
    String loss = loss(state, refill.node(), List.of(number));
    if (loss != null) {
      return new Rejected(loss);
    }
    SortedSet<NodeId> filling = new TreeSet<>(partition.filling());
    filling.add(refill.node());
    return new Accepted(
        state.with(
            state.members(), withPartition(state, number, partition.filling(filling)), index),
        List.of());
  }

  /**
   * Needs no new epoch: a coordinator that plans with the node being filled and one that plans
   * without it both ask for as many replicas, a majority of all, so what either wrote meets what
   * the other reads.
   */
  static Decision filled(ClusterState state, Filled filled, long index) {
    List<PartitionPlacement> partitions = new ArrayList<>(state.partitions());
    boolean changed = false;
    for (Filled.Place place : filled.places()) {
      if (place.partition() < 0 || place.partition() >= partitions.size()) {
        return new Rejected("there is no partition " + place.partition());
      }
      PartitionPlacement partition = partitions.get(place.partition());
      // Under another epoch others may hold less than what it was compared with.
      if (partition.epoch() == place.epoch() && partition.filling().contains(filled.node())) {
        partitions.set(place.partition(), partition.filled(filled.node()));
        changed = true;
      }
    }
    return new Accepted(
        changed ? state.with(state.members(), partitions, index) : state, List.of());
  }

  private static List<PartitionPlacement> withPartition(
      ClusterState state, int number, PartitionPlacement partition) {
    List<PartitionPlacement> partitions = new ArrayList<>(state.partitions());
    partitions.set(number, partition);
    return partitions;
  }

  private static @Nullable String loss(ClusterState state, NodeId node) {
    List<Integer> all = new ArrayList<>();
    for (int number = 0; number < state.partitions().size(); number++) {
      all.add(number);
    }
    return loss(state, node, all);
  }

  /** What may be gone for good with what a node held of some partitions; null if nothing. */
  private static @Nullable String loss(ClusterState state, NodeId node, List<Integer> partitions) {
    Regions regions = state.regions();
    List<Replication> replications =
        state.replications().stream().sorted(Comparator.comparing(Replication::factor)).toList();
    for (Replication replication : replications) {
      List<Integer> lossy = new ArrayList<>();
      for (int number : partitions) {
        PartitionPlacement partition = state.partitions().get(number);
        if (mayLose(partition, partition.factor(replication, regions), node)) {
          lossy.add(number);
        }
      }
      if (!lossy.isEmpty()) {
        return ("node %s held writes of tenants %s (replication factor %s) that too few other"
                + " replicas (of all, or of its region) are known to hold, in %d partitions:"
                + " %s. They may be lost for good if it is filled from the others now. Wait"
                + " until those that are being filled are full, bring the old data back, or ask"
                + " for it with accept_data_loss (--accept-data-loss)")
            .formatted(
                node,
                state.tenants().values().stream()
                    .filter(tenant -> tenant.replication().equals(replication))
                    .map(tenant -> "'" + tenant.name() + "'")
                    .limit(NAMED_MAX)
                    .toList(),
                replication,
                lossy.size(),
                named(lossy));
      }
    }
    return null;
  }
}
