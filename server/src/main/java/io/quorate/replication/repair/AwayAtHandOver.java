package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.hint.Hints;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * Marks the replicas of a partition that are away, or are being filled, while a node that leaves it
 * hands over what it holds. They are brought none of that, and what that node owes them goes with
 * it: so each replica that stays owes it to them
 * (docs/design/topology-change.md#arrival-and-departure).
 */
final class AwayAtHandOver {
  /** Time between two checks of which replicas are away. */
  private static final long CHECK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** From a start on, until others count as away that were not heard: they have to be first. */
  private static final long HEARD_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeId self;
  private final Hints hints;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final RepairRules rules;
  private final long startedNanos;
  private long nextCheckNanos;

  /** By partition that is handed over to its replicas, of which this node is one. */
  private final TreeMap<Integer, Watched> watched = new TreeMap<>();

  private static final class Watched {
    /** The other replicas. */
    List<NodeId> others = List.of();

    /** Replicas to which nothing is handed over before they are full. */
    Set<NodeId> filling = Set.of();

    /** Those that were away, or were being filled, meanwhile. */
    final Set<NodeId> away = new TreeSet<>();

    /** Whether this node did not hear from the beginning on who was there. */
    final boolean partly;

    Watched(boolean partly) {
      this.partly = partly;
    }
  }

  AwayAtHandOver(AntiEntropy.Collaborators with, RepairRules rules) {
    this.self = with.self();
    this.hints = with.hints();
    this.takesWrites = with.takesWrites();
    this.clock = with.clock();
    this.rules = rules;
    this.startedNanos = clock.nanos();
    this.nextCheckNanos = startedNanos + HEARD_AFTER_NANOS;
  }

  /** Learns how a partition stands. The hand-over may be over before the next check. */
  void follow(int partition, Placements placements) {
    if (!rules.marksAwayAtHandOver()) {
      return;
    }
    List<NodeId> others = handedOverTo(partition, placements);
    Set<NodeId> filling = placements.partitions().get(partition).filling();
    if (!others.isEmpty()) {
      Watched here = watched.computeIfAbsent(partition, one -> new Watched(!hasHeardOthers()));
      here.others = others;
      here.filling = filling;
      if (hasHeardOthers()) {
        mark(partition, here);
      }
      return;
    }
    Watched here = watched.remove(partition);
    if (here != null && rules.marksAgainAfterHandOver()) {
      here.filling = filling;
      // Again, for one that has come back may have been compared before all was handed over.
      placements.otherReplicas(self, partition).stream()
          .filter(other -> here.partly || here.away.contains(other) || isAway(other, here))
          .forEach(other -> hints.markRepair(other, partition));
    }
  }

  /** Whether nothing is handed over to a replica now. */
  private boolean isAway(NodeId other, Watched here) {
    return !takesWrites.test(other) || here.filling.contains(other);
  }

  private boolean hasHeardOthers() {
    return clock.nanos() - startedNanos >= HEARD_AFTER_NANOS;
  }

  /** Returns the other replicas of those tenants whose records this node is handed over, too. */
  private List<NodeId> handedOverTo(int partition, Placements placements) {
    PartitionPlacement placement = placements.partitions().get(partition);
    if (placement.move() == null || placement.isDual()) {
      return List.of(); // mostly: then there is no need to look at the tenants
    }
    Set<NodeId> others = new TreeSet<>();
    for (Factor factor : placements.factors(partition)) {
      List<NodeId> replicas = placement.replicas(factor);
      if (replicas.contains(self) && isLeft(placement, factor)) {
        others.addAll(replicas);
      }
    }
    others.remove(self);
    return new ArrayList<>(others);
  }

  private static boolean isLeft(PartitionPlacement placement, Factor factor) {
    return placement.ofOther(factor).stream()
        .anyMatch(node -> HandOver.of(placement, factor, node) != null);
  }

  /** Called often; looks from time to time. */
  void tick() {
    long now = clock.nanos();
    if (now - nextCheckNanos >= 0) {
      nextCheckNanos = now + CHECK_EVERY_NANOS;
      watched.forEach(this::mark);
    }
  }

  /**
   * Marks those that are away, each once. One that is being filled is marked at the end alone:
   * until it is full its mark could only rest.
   */
  private void mark(int partition, Watched here) {
    for (NodeId other : here.others) {
      if (isAway(other, here) && here.away.add(other) && !here.filling.contains(other)) {
        hints.markRepair(other, partition);
      }
    }
  }
}
