package io.quorate.cluster;

import io.quorate.cluster.Command.GiveUpNodes;
import io.quorate.cluster.Decision.Accepted;
import io.quorate.cluster.Decision.Rejected;
import io.quorate.cluster.Member.State;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Loss;
import io.quorate.placement.Move;
import io.quorate.placement.Move.Step;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.ReplicationFactor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nodes are given up for good, with what only they held (docs/design/recovery.md#giving-up).
 * Partitions that keep their majorities move to their targets step by step, as when a node is
 * removed. The others never could: each step waits for a majority. They go on at once, under a new
 * epoch, with the replicas that are left of the smallest set that lost its majority, and come back
 * to their size by the ladder.
 *
 * <p>Those left of a set that lost its majority are at most half of it: two of five at most. A
 * quorum of so few is all of them, so none of what survived there is missed. What survived
 * elsewhere (on replicas of tenants with a larger factor, in the other set of a partition that was
 * moving, on replicas that were being filled) is handed over, as by nodes that leave: the partition
 * is put into {@link Step#CLEANUP} with all of these. So what is lost is what only the dead had;
 * and which that is cannot be known, so it is written down as a {@link Loss}.
 *
 * <p>While a partition moves, whatever was acknowledged lies on a majority of its old set as long
 * as two sets are in charge, and of its new set, too, once that is read. So where one of them is in
 * order, the partition goes on with that one, without loss: as after the ladder's next step, or the
 * one back. That no barrier is passed does no harm, for what a barrier keeps out is a read or write
 * by a majority of the other set, which is gone.
 */
final class GivingUp {
  private static final int NAMED_MAX = 5;

  /** Of more than two, a majority may lack what only the third has; it hands that over. */
  private static final int SURVIVORS_MAX = 2;

  /** From this version of the cluster on; the release before goes on with all that are left. */
  private static final int SURVIVORS_BOUNDED_FROM_VERSION = 2;

  /** From this version of the cluster on no partition goes on with a node that lost its disk. */
  private static final int LOST_DISKS_EMPTY_FROM_VERSION = 2;

  private final ClusterState state;
  private final SortedSet<NodeId> dead;
  private final Regions regions;
  private final List<PartitionPlacement> partitions;
  private final SortedMap<Integer, Loss> losses;
  private final SortedMap<Integer, List<NodeId>> targets;
  private final SortedMap<NodeId, Integer> replicas = new TreeMap<>();
  private final List<Integer> lossy = new ArrayList<>();
  private boolean saved;

  private GivingUp(ClusterState state, SortedSet<NodeId> dead) {
    this.state = state;
    this.dead = dead;
    this.partitions = new ArrayList<>(state.partitions());
    this.losses = new TreeMap<>(state.losses());
    this.targets = new TreeMap<>(state.change().targets());
    this.regions = state.regions();
  }

  static Decision of(ClusterState state, GiveUpNodes command, long index) {
    for (NodeId node : command.nodes()) {
      if (!state.members().containsKey(node)) {
        return new Rejected(
            "node %s is not a member of cluster %s: see 'quorate cluster status' for those that are"
                .formatted(node, state.clusterId()));
      }
    }
    return new GivingUp(state, command.nodes()).carriedOut(command.acceptDataLoss(), index);
  }

  private Decision carriedOut(boolean acceptDataLoss, long index) {
    ClusterState marked = state.with(members(), partitions, index);
    String lacking = state.needsToBe().lacking(marked.ownersToBe());
    if (lacking != null) {
      return new Rejected(
          ("without nodes %s %s: start new nodes with cluster.join: true first, or alter the"
                  + " tenant")
              .formatted(dead, lacking));
    }
    for (int number = 0; number < partitions.size(); number++) {
      goOn(number, marked);
    }
    if (!lossy.isEmpty() && !acceptDataLoss) {
      return new Rejected(
          ("%d partitions lose the majority of their replicas, in all or in a region, with nodes"
                  + " %s: %s%s. Writes that only"
                  + " these acknowledged are gone then. Start them again if that can be; else ask"
                  + " for it with accept_data_loss (--accept-data-loss)")
              .formatted(
                  lossy.size(),
                  dead,
                  lossy.subList(0, Math.min(NAMED_MAX, lossy.size())),
                  lossy.size() > NAMED_MAX ? " and more" : ""));
    }
    if (lossy.isEmpty() && !saved) {
      return new Rejected(
          ("every partition keeps a majority of its replicas without nodes %s, so nothing need be"
                  + " lost: remove them instead of giving them up ('quorate cluster remove' without"
                  + " --force), one after the other, or have others take their places ('quorate"
                  + " cluster replace')")
              .formatted(dead));
    }
    Change change = state.change();
    return new Accepted(
        state
            .next(index)
            .members(marked.members())
            .partitions(partitions)
            .change(
                new Change(
                    change.id(),
                    index,
                    change.plannedFor(),
                    targets,
                    change.planned(),
                    change.limits()))
            .losses(losses)
            .build(),
        List.of());
  }

  private SortedMap<NodeId, Member> members() {
    SortedMap<NodeId, Member> members = new TreeMap<>(state.members());
    members.replaceAll(
        (id, member) -> dead.contains(id) ? member.in(State.LEAVING).marked(true) : member);
    return members;
  }

  private void goOn(int number, ClusterState marked) {
    List<NodeId> target = targets.get(number);
    if (target != null && !Collections.disjoint(target, dead)) {
      targets.remove(number); // it is planned again
    }
    PartitionPlacement partition = partitions.get(number);
    if (Collections.disjoint(partition.owners(), dead)) {
      return;
    }
    if (isInOrder(partition)) {
      goOnWithoutRegion(number, partition);
      return;
    }
    targets.remove(number);
    List<NodeId> whole = setInOrder(partition);
    if (whole != null) {
      long through =
          isListInOrder(partition) ? partition.alteredThrough() : partition.goesThrough();
      partitions.set(number, with(partition, whole, through, partition.filling()));
      saved = true;
      return;
    }
    List<NodeId> left = left(partition);
    boolean nobody = left.isEmpty();
    if (nobody) {
      left = List.of(newcomer(marked));
    }
    PartitionPlacement next =
        with(partition, left, partition.alteredThrough(), Collections.emptySortedSet());
    partitions.set(number, next);
    SortedSet<NodeId> givenUp =
        partition.owners().stream()
            .filter(node -> dead.contains(node))
            .limit(Loss.NAMED_MAX)
            .collect(Collectors.toCollection(TreeSet::new));
    Loss loss = new Loss(next.epoch(), givenUp, nobody, false);
    losses.merge(number, loss, Loss::and);
    lossy.add(number);
  }

  /**
   * All majorities are left, but perhaps not of the replicas of some region: what was acknowledged
   * at LOCAL_QUORUM there may be lost, and the ladder would wait for that region for ever. So its
   * dead replicas are said to be empty: they do not count, and no step waits for them
   * (docs/design/regions.md#lost).
   */
  private void goOnWithoutRegion(int number, PartitionPlacement partition) {
    SortedSet<NodeId> gone = new TreeSet<>();
    for (Factor factor : factors(partition)) {
      gone.addAll(ofRegionsWithoutMajority(partition, partition.ofList(factor), factor.to()));
      if (partition.isDual()) {
        gone.addAll(ofRegionsWithoutMajority(partition, partition.ofList(factor), factor.from()));
        gone.addAll(ofRegionsWithoutMajority(partition, partition.ofOther(factor), factor.to()));
      }
    }
    if (gone.isEmpty() || partition.filling().containsAll(gone)) {
      return;
    }
    SortedSet<NodeId> filling = new TreeSet<>(partition.filling());
    filling.addAll(gone);
    PartitionPlacement next = partition.filling(filling);
    partitions.set(number, next);
    SortedSet<NodeId> named =
        gone.stream().limit(Loss.NAMED_MAX).collect(Collectors.toCollection(TreeSet::new));
    losses.merge(number, new Loss(next.epoch(), named, false, false), Loss::and);
    lossy.add(number);
  }

  /** The dead replicas of those regions of a set of which no majority is left. */
  private List<NodeId> ofRegionsWithoutMajority(
      PartitionPlacement partition, List<NodeId> set, ReplicationFactor factor) {
    List<NodeId> gone = new ArrayList<>();
    if (factor.isByRegion()) {
      for (List<NodeId> here : regions.divide(set).values()) {
        if (!hasMajority(partition, here)) {
          here.stream().filter(node -> dead.contains(node)).forEach(gone::add);
        }
      }
    }
    return gone;
  }

  /** Whether the ladder can be climbed: each set in charge has a majority that counts. */
  private boolean isInOrder(PartitionPlacement partition) {
    return isListInOrder(partition) && (!partition.isDual() || isOtherInOrder(partition));
  }

  /** For tenants of every factor. */
  private boolean isListInOrder(PartitionPlacement partition) {
    return factors(partition).stream()
        .allMatch(factor -> hasMajority(partition, partition.ofList(factor)));
  }

  private boolean isOtherInOrder(PartitionPlacement partition) {
    return factors(partition).stream()
        .allMatch(factor -> hasMajority(partition, partition.ofOther(factor)));
  }

  /** The smallest first. */
  private SortedSet<Factor> factors(PartitionPlacement partition) {
    return partition.factors(state.replications(), regions);
  }

  private boolean hasMajority(PartitionPlacement partition, List<NodeId> replicas) {
    long counting =
        replicas.stream()
            .filter(node -> !dead.contains(node) && !partition.filling().contains(node))
            .count();
    return counting > replicas.size() / 2;
  }

  private static List<NodeId> other(PartitionPlacement partition) {
    Move move = partition.move();
    return move == null ? List.of() : move.other();
  }

  /** Of two sets in charge the one that holds everything and has its majorities; null if none. */
  private @Nullable List<NodeId> setInOrder(PartitionPlacement partition) {
    if (!partition.isDual()) {
      return null;
    }
    if (isListInOrder(partition)) {
      return partition.preferenceList();
    }
    return readsNext(partition) && isOtherInOrder(partition) ? other(partition) : null;
  }

  private static boolean readsNext(PartitionPlacement partition) {
    Move move = partition.move();
    return move != null && move.step() == Step.CUTOVER;
  }

  /**
   * Replicas that are left, of the smallest set that lost its majority and has any. One that is to
   * be readmitted has nothing: it hands over what it has if it does come back with its data.
   */
  private List<NodeId> left(PartitionPlacement partition) {
    List<List<NodeId>> sets = new ArrayList<>();
    factors(partition).forEach(factor -> sets.add(partition.ofList(factor)));
    List<List<NodeId>> others = new ArrayList<>();
    factors(partition).forEach(factor -> others.add(partition.ofOther(factor)));
    sets.addAll(readsNext(partition) ? 0 : sets.size(), others);
    List<NodeId> full = new ArrayList<>();
    List<NodeId> filled = new ArrayList<>();
    for (List<NodeId> replicas : sets) {
      List<NodeId> left = new ArrayList<>(replicas);
      left.removeAll(dead);
      left.removeIf(node -> hasLostItsDisk(node));
      filled.addAll(left);
      left.removeAll(partition.filling());
      full.addAll(left);
      if (!left.isEmpty() && !hasMajority(partition, replicas)) {
        boolean bounded = state.clusterVersion() >= SURVIVORS_BOUNDED_FROM_VERSION;
        return bounded ? left.subList(0, Math.min(SURVIVORS_MAX, left.size())) : left;
      }
    }
    // One that left it, or else one that was to be filled and now cannot be, has what there is.
    full.addAll(filled);
    return full.isEmpty() ? full : List.of(full.getFirst());
  }

  /** An empty replica, on the node that has been given the fewest. */
  private NodeId newcomer(ClusterState marked) {
    if (replicas.isEmpty()) {
      for (Map.Entry<NodeId, Member> each : marked.members().entrySet()) {
        if (mayTake(each.getValue())) {
          replicas.put(each.getKey(), 0);
        }
      }
      partitions.forEach(
          each -> each.owners().forEach(node -> replicas.computeIfPresent(node, (id, n) -> n + 1)));
    }
    NodeId chosen =
        replicas.entrySet().stream()
            .min(Comparator.<Map.Entry<NodeId, Integer>>comparingInt(Map.Entry::getValue))
            .map(Map.Entry::getKey)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "partitions are lost wholly, and no node is up to take them: start new"
                            + " nodes first"));
    replicas.merge(chosen, 1, Integer::sum);
    return chosen;
  }

  private boolean mayTake(Member member) {
    return member.isToOwn() && !member.down() && !hasLostItsDisk(member.id());
  }

  /** Whether it is to be readmitted: it is not there, and another will take its place. */
  private boolean hasLostItsDisk(NodeId node) {
    Member member = state.members().get(node);
    return state.clusterVersion() >= LOST_DISKS_EMPTY_FROM_VERSION
        && member != null
        && member.isToBeReadmitted();
  }

  /** With one list in charge, to which all others that are left hand over what they have. */
  private PartitionPlacement with(
      PartitionPlacement partition, List<NodeId> list, long through, SortedSet<NodeId> filling) {
    long epoch = partition.epoch() + 1;
    List<NodeId> others = new ArrayList<>(partition.owners());
    others.removeAll(dead);
    others.removeAll(list);
    SortedSet<NodeId> stillFilling = new TreeSet<>(filling);
    stillFilling.retainAll(list);
    return new PartitionPlacement(
        epoch,
        list,
        partition.purge(),
        stillFilling,
        others.isEmpty() ? null : new Move(Step.CLEANUP, others, epoch, through, false),
        through);
  }

  /** An operator has taken note of all losses: reads say nothing of them any more. */
  static Decision acknowledge(ClusterState state, long index) {
    if (state.losses().values().stream().allMatch(Loss::acknowledged)) {
      return new Rejected(
          "there is no loss to acknowledge: either nothing was lost with nodes that were given up"
              + " or readmitted, or all of it was acknowledged before");
    }
    SortedMap<Integer, Loss> noted = new TreeMap<>(state.losses());
    noted.replaceAll((partition, loss) -> loss.noted());
    return new Accepted(state.with(noted, index), List.of());
  }
}
