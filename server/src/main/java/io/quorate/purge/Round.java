package io.quorate.purge;

import io.quorate.model.NodeId;
import io.quorate.placement.Regions;
import io.quorate.placement.ReplicationFactor;
import io.quorate.purge.PurgeReport.Holding;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The open round of one partition under one epoch of its promise: what replicas say they hold. */
final class Round {
  private final PurgeRules rules;
  private final long epoch;
  private final List<NodeId> owners;
  private final SortedSet<ReplicationFactor> factors;
  private final Regions regions;

  /** By factor, then by node: the newest report. */
  private final Map<ReplicationFactor, TreeMap<NodeId, Holding>> reports = new TreeMap<>();

  /**
   * By factor: groups that have been found the same. Once is enough: a replica's record of a key
   * only ever grows, and what could bring an older one is refused after the round.
   */
  private final Map<ReplicationFactor, BitSet> settled = new TreeMap<>();

  /** How often all were found the same, in this epoch and those just before it. */
  private final int looksBefore;

  private final long openedNanos;

  /** Not asked for a step again before. */
  private long notBeforeNanos;

  private boolean unequal;

  Round(
      PurgeRules rules,
      long epoch,
      List<NodeId> owners,
      SortedSet<ReplicationFactor> factors,
      Regions regions,
      int looksBefore,
      long openedNanos) {
    this.rules = rules;
    this.epoch = epoch;
    this.owners = owners;
    this.factors = factors;
    this.regions = regions;
    this.looksBefore = looksBefore;
    this.openedNanos = openedNanos;
    this.notBeforeNanos = openedNanos;
  }

  long epoch() {
    return epoch;
  }

  /** Whether this is the round of an epoch while tenants have these factors. */
  boolean isOf(long thatEpoch, SortedSet<ReplicationFactor> thoseFactors) {
    return epoch == thatEpoch && factors.equals(thoseFactors);
  }

  long openedNanos() {
    return openedNanos;
  }

  int looksBefore() {
    return looksBefore;
  }

  /** All that have to report. */
  Set<NodeId> replicas() {
    Set<NodeId> all = new TreeSet<>();
    factors.forEach(factor -> all.addAll(replicas(factor)));
    return all;
  }

  private List<NodeId> replicas(ReplicationFactor factor) {
    return factor.of(owners, regions);
  }

  void onReport(NodeId from, Holding holding) {
    ReplicationFactor factor = holding.factor();
    if (holding.epoch() != epoch || !factors.contains(factor) || !replicas(factor).contains(from)) {
      return;
    }
    TreeMap<NodeId, Holding> known = reports.computeIfAbsent(factor, none -> new TreeMap<>());
    known.put(from, holding);
    BitSet same = settled.computeIfAbsent(factor, none -> new BitSet(Holding.GROUPS));
    for (int group = same.nextClearBit(0);
        group < Holding.GROUPS;
        group = same.nextClearBit(group + 1)) {
      Map<NodeId, Long> hashes = new TreeMap<>();
      for (Map.Entry<NodeId, Holding> each : known.entrySet()) {
        hashes.put(each.getKey(), each.getValue().groups().get(group));
      }
      same.set(group, rules.agree(replicas(factor), hashes));
    }
  }

  /** Whether all replicas of all factors have been found the same. */
  boolean isEqual() {
    return factors.stream()
        .allMatch(
            factor -> settled.getOrDefault(factor, new BitSet()).cardinality() == Holding.GROUPS);
  }

  /** Whether it is the first time that all have reported and not all is the same. */
  boolean isUnequalNow() {
    boolean now =
        !unequal
            && !isEqual()
            && factors.stream()
                .allMatch(
                    factor ->
                        reports
                            .getOrDefault(factor, new TreeMap<>())
                            .keySet()
                            .containsAll(replicas(factor)));
    unequal |= now;
    return now;
  }

  /** Whether all had reported and were not the same at some time. */
  boolean wasUnequal() {
    return unequal;
  }

  /** Whether it has been looked at under as many epochs as its largest factor asks for. */
  boolean isLookedAtEnough() {
    return looksBefore + 1 >= rules.looks(replicas(factors.last()).size());
  }

  /** Whether it is time for a step; then none is asked for again for a while. */
  boolean takeTurn(long nowNanos, long again) {
    if (nowNanos - notBeforeNanos < 0) {
      return false;
    }
    notBeforeNanos = nowNanos + again;
    return true;
  }
}
