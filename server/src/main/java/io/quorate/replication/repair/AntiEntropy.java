package io.quorate.replication.repair;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.hint.Hints;
import io.quorate.replication.hint.Hints.Mark;
import io.quorate.replication.tree.HashTree;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares each partition of this node with each other replica of it, again and again, one session
 * at a time: first those marked for repair, then those compared longest ago. Of two replicas the
 * one that comes first in the preference list begins. Lives on one lane.
 */
public final class AntiEntropy {
  /** The first round of a node that starts takes this share of the time of a usual one. */
  private static final int FIRST_ROUND_SHARE = 10;

  private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final NodeId self;
  private final Trees trees;
  private final Hints hints;
  private final Peers peers;
  private final Predicate<NodeId> takesWrites;
  private final Clock clock;
  private final RepairConfig config;
  private final Consumer<Fact> facts;
  private Placements placements;

  /** What this node compares, with when it may be compared next. */
  private final TreeMap<Pair, Long> dueNanos = new TreeMap<>();

  private boolean busy;

  /** Looking at all pairs has its price, too. */
  private long nextLookNanos;

  /** One partition, the tenants of one factor, and one other replica of these. */
  private record Pair(int partition, int factor, NodeId other) implements Comparable<Pair> {
    private static final Comparator<Pair> ORDER =
        Comparator.comparingInt(Pair::partition)
            .thenComparingInt(Pair::factor)
            .thenComparing(Pair::other);

    @Override
    public int compareTo(Pair that) {
      return ORDER.compare(this, that);
    }
  }

  public AntiEntropy(
      NodeId self,
      Trees trees,
      Hints hints,
      Peers peers,
      Predicate<NodeId> takesWrites,
      Clock clock,
      Placements placements,
      RepairConfig config,
      Consumer<Fact> facts) {
    this.self = self;
    this.trees = trees;
    this.hints = hints;
    this.peers = peers;
    this.takesWrites = takesWrites;
    this.clock = clock;
    this.placements = placements;
    this.config = config;
    this.facts = facts;
    this.nextLookNanos = clock.nanos();
    placementsChanged(placements);
  }

  public void placementsChanged(Placements next) {
    placements = next;
    TreeMap<Pair, Long> before = new TreeMap<>(dueNanos);
    dueNanos.clear();
    long now = clock.nanos();
    int partitions = next.partitions().size();
    for (int partition = 0; partition < partitions; partition++) {
      // Not all at once when a node starts, and none too late.
      long first = now + config.intervalNanos() / FIRST_ROUND_SHARE / partitions * partition;
      for (int factor : factors()) {
        List<NodeId> replicas = replicas(partition, factor);
        int place = replicas.indexOf(self);
        for (int i = place + 1; place >= 0 && i < replicas.size(); i++) {
          Pair pair = new Pair(partition, factor, replicas.get(i));
          dueNanos.put(pair, before.getOrDefault(pair, first));
        }
      }
    }
    moveMarks();
  }

  /** A mark of a node that is no replica any more would never be worked on. */
  private void moveMarks() {
    for (Hints.Standing standing : hints.standings()) {
      for (int partition : standing.repairs()) {
        if (pairs(partition, standing.target()).isEmpty()) {
          hints.moveRepair(standing.target(), partition, otherReplicas(partition));
        }
      }
    }
  }

  /** None if this node is no replica itself. */
  private List<NodeId> otherReplicas(int partition) {
    List<NodeId> replicas =
        factors().isEmpty() ? List.of() : replicas(partition, factors().getLast());
    return replicas.contains(self)
        ? replicas.stream().filter(each -> !each.equals(self)).toList()
        : List.of();
  }

  private SortedSet<Integer> factors() {
    SortedSet<Integer> factors = new TreeSet<>();
    placements.tenants().values().forEach(tenant -> factors.add(tenant.replicationFactor()));
    return factors;
  }

  private List<NodeId> replicas(int partition, int factor) {
    List<NodeId> list = placements.partitions().get(partition).preferenceList();
    return list.subList(0, Math.min(factor, list.size()));
  }

  /** Begins a session, if there is something to compare. Called a few times a second. */
  public void tick() {
    long now = clock.nanos();
    if (now - nextLookNanos < 0) {
      return;
    }
    nextLookNanos = now + LOOK_EVERY_NANOS;
    trees.tick();
    if (busy) {
      return;
    }
    Mark mark = hints.dueRepair();
    if (mark != null) {
      busy = true;
      hints.beginRepair(mark, () -> repairAll(pairs(mark.partition(), mark.target()), mark));
      return;
    }
    Pair next = due();
    if (next != null) {
      dueNanos.put(next, clock.nanos() + config.retryNanos());
      compare(next, ended -> onEnded(next, ended));
    }
  }

  /** Of those that are due, the one that has waited longest. */
  private @Nullable Pair due() {
    long now = clock.nanos();
    Pair best = null;
    long bestWait = -1;
    for (var entry : dueNanos.entrySet()) {
      long wait = now - entry.getValue();
      if (wait > bestWait && takesWrites.test(entry.getKey().other())) {
        best = entry.getKey();
        bestWait = wait;
      }
    }
    return best;
  }

  private void onEnded(Pair pair, Session.Ended ended) {
    if (ended.complete()) {
      dueNanos.computeIfPresent(pair, (same, due) -> clock.nanos() + config.intervalNanos());
    }
  }

  /** What another node and this one both hold of a partition. */
  private List<Pair> pairs(int partition, NodeId other) {
    List<Pair> pairs = new ArrayList<>();
    for (int factor : factors()) {
      List<NodeId> replicas = replicas(partition, factor);
      if (replicas.contains(self) && replicas.contains(other)) {
        pairs.add(new Pair(partition, factor, other));
      }
    }
    return pairs;
  }

  /** The mark goes once the tenants of every factor have been compared. */
  private void repairAll(List<Pair> pairs, Mark mark) {
    busy = false;
    if (pairs.isEmpty()) {
      hints.endRepair(mark);
      return;
    }
    compare(
        pairs.getFirst(),
        ended -> {
          if (ended.complete()) {
            repairAll(pairs.subList(1, pairs.size()), mark);
          } else {
            hints.postponeRepair(mark, config.retryNanos());
          }
        });
  }

  private void compare(Pair pair, Consumer<Session.Ended> callback) {
    HashTree own = trees.tree(pair.partition, pair.factor);
    if (own == null) {
      trees.build(List.of(pair.partition));
      callback.accept(new Session.Ended(false, 0, 0, 0));
      return;
    }
    busy = true;
    List<Integer> tenants =
        placements.tenants().values().stream()
            .filter(tenant -> tenant.replicationFactor() == pair.factor)
            .map(Tenant::id)
            .sorted()
            .toList();
    var place = new Peers.Place(pair.partition, placements.epoch(pair.partition));
    new Session(
            self,
            pair.other,
            place,
            pair.factor,
            tenants,
            HashTree.of(own.leaves()),
            peers,
            config,
            ended -> {
              busy = false;
              tell(ended);
              callback.accept(ended);
            })
        .start();
  }

  private void tell(Session.Ended ended) {
    facts.accept(
        new Fact.Compared(ended.complete(), ended.brought() + ended.fetched(), ended.bytes()));
  }
}
