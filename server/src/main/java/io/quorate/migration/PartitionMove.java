package io.quorate.migration;

import io.quorate.cluster.Command.MoveStep;
import io.quorate.cluster.Command.MoveStep.Kind;
import io.quorate.migration.Awaited.Task;
import io.quorate.migration.MoveReport.Standing;
import io.quorate.model.NodeId;
import io.quorate.placement.Barrier;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.Level;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One partition on the ladder, under one epoch: what its owners say, and whether it may step. */
final class PartitionMove {
  private final MigrationRules rules;
  private final int partition;
  private final PartitionPlacement placement;
  private final Move move;

  /** Of this epoch, by node. */
  private final TreeMap<NodeId, Standing> standings = new TreeMap<>();

  /** The newest of this move, whatever the epoch: what each node has copied. */
  private final TreeMap<NodeId, Standing> copied = new TreeMap<>();

  /** The nodes that it waits for, and since when. */
  private final TreeMap<NodeId, Long> waitsSince = new TreeMap<>();

  private Task waitsFor = Task.BARRIER;

  PartitionMove(MigrationRules rules, int partition, PartitionPlacement placement, Move move) {
    this.rules = rules;
    this.partition = partition;
    this.placement = placement;
    this.move = move;
  }

  /** Takes over the partition as it is now; reports about its epoch, and about this move, stay. */
  PartitionMove following(@Nullable PartitionMove before) {
    if (before != null && before.move.begunEpoch() == move.begunEpoch()) {
      copied.putAll(before.copied);
      if (before.placement.epoch() == placement.epoch()) {
        standings.putAll(before.standings);
        waitsSince.putAll(before.waitsSince);
        waitsFor = before.waitsFor;
      }
    }
    return this;
  }

  long begunEpoch() {
    return move.begunEpoch();
  }

  void onReport(NodeId from, Standing standing) {
    if (standing.epoch() == placement.epoch() && placement.owners().contains(from)) {
      standings.put(from, standing);
      copied.put(from, standing);
    }
  }

  /** Those that tenants have in it. */
  SortedSet<Factor> factors(Set<Replication> replications, Regions regions) {
    return placement.factors(replications, regions);
  }

  /** What was copied in this move so far, by node. */
  SortedMap<NodeId, Standing> copied() {
    return copied;
  }

  /** Nodes that are sent what they lack, if any. */
  List<NodeId> arriving(Set<Replication> replications, Regions regions) {
    return move.isDual()
        ? arriving(placement.preferenceList(), move.other(), factors(replications, regions))
        : List.of();
  }

  /** Those that come into the list, and those in it of which tenants come to use more. */
  static List<NodeId> arriving(List<NodeId> from, List<NodeId> to, Set<Factor> factors) {
    Set<NodeId> arriving = new TreeSet<>(to);
    arriving.removeAll(from);
    for (Factor factor : factors) {
      if (factor.to().replicas() > factor.from().replicas() || factor.isByRegion()) {
        List<NodeId> before = factor.before(from);
        factor.after(to).stream().filter(node -> !before.contains(node)).forEach(arriving::add);
      }
    }
    return List.copyOf(arriving);
  }

  /** Those that have it. */
  List<NodeId> sources() {
    return placement.preferenceList();
  }

  /** The nodes that it waits for, and since when, as of the last look. */
  SortedMap<NodeId, Long> waitsSince() {
    return waitsSince;
  }

  /** Whether it has waited for some node for longer than that. */
  boolean hasWaitedFor(long nanos, long nowNanos) {
    return waitsSince.values().stream().anyMatch(since -> nowNanos - since > nanos);
  }

  /** What for. */
  Task waitsFor() {
    return waitsFor;
  }

  /**
   * The step that it may take; null while it waits.
   *
   * @param down nodes that are marked down
   * @param factors those that tenants have in it
   */
  @Nullable MoveStep look(SortedSet<NodeId> down, SortedSet<Factor> factors, long nowNanos) {
    List<NodeId> behind = rules.awaited(placement, standings.keySet(), down, factors);
    if (!behind.isEmpty()) {
      return waitFor(Task.BARRIER, behind, nowNanos);
    }
    return switch (move.step()) {
      case DUAL_WRITE -> lookAtCopy(down, factors, nowNanos);
      case CUTOVER, STEP_BACK -> stepTo(Kind.FINISH, new TreeSet<>());
      case CLEANUP -> {
        List<NodeId> holding = leftBehind(down, factors);
        yield holding.isEmpty()
            ? stepTo(Kind.END, new TreeSet<>())
            : waitFor(Task.HAND_OVER, holding, nowNanos);
      }
    };
  }

  private @Nullable MoveStep lookAtCopy(
      SortedSet<NodeId> down, SortedSet<Factor> factors, long nowNanos) {
    SortedSet<NodeId> lacking = new TreeSet<>();
    for (Factor factor : factors) {
      placement.ofOther(factor).stream()
          .filter(node -> !factor.isByRegion() || Copying.of(placement, factor, node) != null)
          .forEach(node -> lacking.add(node));
    }
    lacking.removeIf(
        node -> {
          Standing standing = standings.get(node);
          return standing != null && rules.isComplete(standing);
        });
    boolean excusable =
        down.containsAll(lacking)
            && factors.stream().allMatch(factor -> isEnough(factor, lacking, down));
    return excusable
        ? stepTo(Kind.CUT_OVER, lacking)
        : waitFor(Task.COPY, new ArrayList<>(lacking), nowNanos);
  }

  /**
   * Whether the new set, and each region of it, does without those that lack something: the others
   * are a majority of it, and the data is not on fewer live replicas afterwards than before. If it
   * were, waiting is better, since the old set serves. Where there are to be fewer replicas, a
   * majority is enough: the others that are left behind may be as many as ever there were.
   */
  private boolean isEnough(Factor factor, SortedSet<NodeId> lacking, SortedSet<NodeId> down) {
    if (lacking.isEmpty()) {
      return true;
    }
    List<NodeId> old = placement.ofList(factor);
    List<NodeId> next = placement.ofOther(factor);
    if (!isEnough(old, next, Level.QUORUM.required(next.size()), lacking, down)) {
      return false;
    }
    if (factor.from().isByRegion() && factor.to().isByRegion()) {
      SortedMap<String, List<NodeId>> before = factor.regions().divide(old);
      return factor.regions().divide(next).entrySet().stream()
          .allMatch(
              each ->
                  Collections.disjoint(each.getValue(), lacking)
                      || isEnough(
                          before.getOrDefault(each.getKey(), List.of()),
                          each.getValue(),
                          enoughOfRegion(
                              before.getOrDefault(each.getKey(), List.of()), each.getValue()),
                          lacking,
                          down));
    }
    return true;
  }

  /**
   * Returns how many of a region's new replicas are enough: a majority, or else the region could be
   * left without one that counts. Of eu=3, one being filled and down, that becomes eu=1 with just
   * this one, none would know what the other two acknowledged at LOCAL_QUORUM.
   *
   * <p>Where most of its old ones hold nothing that counts, the region may have been given up, and
   * new nodes take the places of the old ones one after the other (docs/design/regions.md#lost).
   * All that are not being filled are enough there, as long as they are no fewer than those that
   * count now, be these up or not.
   */
  private int enoughOfRegion(List<NodeId> old, List<NodeId> next) {
    int counting = placement.serving(old).size();
    boolean lost = !old.isEmpty() && counting < Level.QUORUM.required(old.size());
    return lost
        ? Math.max(counting, Barrier.majorityLeft(next, placement.serving(next)))
        : Level.QUORUM.required(next.size());
  }

  private boolean isEnough(
      List<NodeId> old,
      List<NodeId> next,
      int majority,
      SortedSet<NodeId> lacking,
      SortedSet<NodeId> down) {
    long full =
        next.stream()
            .filter(node -> !lacking.contains(node) && !placement.filling().contains(node))
            .count();
    long before =
        old.stream()
            .filter(node -> !down.contains(node) && !placement.filling().contains(node))
            .count();
    boolean fewer = next.size() < old.size();
    return full >= majority && (fewer || full >= before);
  }

  /**
   * Nodes that are no replicas any more, for tenants of some factor, and have not yet brought the
   * others what these lack.
   */
  private List<NodeId> leftBehind(SortedSet<NodeId> down, SortedSet<Factor> factors) {
    Set<NodeId> holding = new TreeSet<>();
    for (Factor factor : factors) {
      List<NodeId> inCharge = placement.ofList(factor);
      placement.ofOther(factor).stream()
          .filter(node -> !inCharge.contains(node) && !down.contains(node))
          .forEach(holding::add);
    }
    // A replica that is being filled has nothing that counts.
    holding.removeAll(placement.filling());
    holding.removeIf(
        node -> {
          Standing standing = standings.get(node);
          return standing != null && rules.hasHandedOver(standing);
        });
    return new ArrayList<>(holding);
  }

  private MoveStep stepTo(Kind kind, SortedSet<NodeId> excused) {
    waitsSince.clear();
    return new MoveStep(partition, placement.epoch(), kind, excused);
  }

  private @Nullable MoveStep waitFor(Task task, List<NodeId> nodes, long nowNanos) {
    if (task != waitsFor) {
      waitsSince.clear();
      waitsFor = task;
    }
    waitsSince.keySet().retainAll(nodes);
    nodes.forEach(node -> waitsSince.putIfAbsent(node, nowNanos));
    return null;
  }
}
