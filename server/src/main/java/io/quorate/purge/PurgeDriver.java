package io.quorate.purge;

import io.quorate.cluster.Command;
import io.quorate.cluster.Command.AtEpoch;
import io.quorate.cluster.Command.ConfirmPurge;
import io.quorate.cluster.Command.PromisePurge;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Regions;
import io.quorate.placement.Replication;
import io.quorate.placement.ReplicationFactor;
import io.quorate.placement.Tenant;
import io.quorate.placement.TenantSetting;
import io.quorate.purge.PurgeReport.Holding;
import io.quorate.version.Hlc;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Opens purge rounds where there is something to take away, and confirms them once all replicas
 * hold the same. Runs on the leader of the metadata group; remembers nothing that the cluster's
 * state does not say, but for reports, which come again: so a new leader goes on where the old one
 * was. No round ends while a replica is away.
 */
public final class PurgeDriver {
  /** A step that was asked for and has not changed the state by then is asked for again. */
  private static final long STEP_NANOS = 5_000_000_000L;

  private final PurgeConfig config;
  private final PurgeRules rules;
  private final Consumer<PurgeEvent> events;

  /** Partitions in which some replica has something to purge. */
  private final TreeSet<Integer> purgeable = new TreeSet<>();

  /** When a round was opened last, by partition. */
  private final TreeMap<Integer, Long> openedNanos = new TreeMap<>();

  /** The partition in which a round was opened last; the next ones in turn come behind it. */
  private int served = -1;

  /** Open, by partition. */
  private final TreeMap<Integer, Round> rounds = new TreeMap<>();

  /** By partition to be looked at again: the epoch of the next look, and how many were before. */
  private final TreeMap<Integer, NextLook> nextLooks = new TreeMap<>();

  private record NextLook(long epoch, int looksBefore) {}

  private @Nullable Placements placements;

  /** Partitions whose round did not end in its time, and has not ended yet. */
  private final Set<Integer> abandoned = new HashSet<>();

  /** Rounds are opened no earlier. */
  private long opensNanos;

  public PurgeDriver(PurgeConfig config, Consumer<PurgeEvent> events) {
    this(config, new PurgeRules(), events);
  }

  PurgeDriver(PurgeConfig config, PurgeRules rules, Consumer<PurgeEvent> events) {
    this.config = config;
    this.rules = rules;
    this.events = events;
  }

  public PurgeConfig config() {
    return config;
  }

  /** This node leads from now on. What it knows is from an earlier time that it did. */
  public void begin(long nowNanos) {
    purgeable.clear();
    rounds.clear();
    nextLooks.clear();
    openedNanos.clear();
    abandoned.clear();
    placements = null;
    opensNanos = nowNanos + config.intervalNanos();
  }

  public void onReport(NodeId from, PurgeReport report) {
    // A partition that there is not is never opened, and the set stays as small as a report.
    report.purgeable().stream().filter(this::exists).forEach(purgeable::add);
    for (Holding holding : report.holdings()) {
      Round round = rounds.get(holding.partition());
      if (round != null) {
        round.onReport(from, holding);
        if (round.isUnequalNow()) {
          events.accept(PurgeEvent.UNEQUAL);
        }
      }
    }
  }

  private boolean exists(int partition) {
    return placements != null && partition >= 0 && partition < placements.partitions().size();
  }

  /**
   * What to change now.
   *
   * @param now where everything lives, and how far it is purged
   * @param wallMillis the time from which the marks of new rounds are taken
   * @param isLive whether a node can report now
   */
  public List<Command> tick(
      Placements now, long nowNanos, long wallMillis, Predicate<NodeId> isLive) {
    if (placements == null || now.stateVersion() != placements.stateVersion()) {
      follow(now, nowNanos);
    }
    TreeMap<Long, List<AtEpoch>> confirmed = new TreeMap<>(Long::compareUnsigned);
    TreeMap<Long, List<AtEpoch>> promised = new TreeMap<>(Long::compareUnsigned);
    long mark = mark(now, wallMillis);
    for (Map.Entry<Integer, Round> each : rounds.entrySet()) {
      Round round = each.getValue();
      AtEpoch at = new AtEpoch(each.getKey(), round.epoch());
      long standing = now.purge(each.getKey()).promised();
      if (round.isEqual()) {
        if (round.takeTurn(nowNanos, STEP_NANOS)) {
          step(at, round, standing, confirmed, promised);
        }
      } else if (nowNanos - round.openedNanos() > config.patienceNanos()
          && Long.compareUnsigned(mark, standing) > 0
          && round.takeTurn(nowNanos, STEP_NANOS)) {
        events.accept(PurgeEvent.ABANDONED);
        abandoned.add(each.getKey());
        add(promised, mark, at);
      }
    }
    open(now, nowNanos, mark, isLive, promised);
    List<Command> commands = new ArrayList<>();
    confirmed.forEach((upTo, partitions) -> commands.add(new ConfirmPurge(partitions, upTo)));
    promised.forEach((upTo, partitions) -> commands.add(new PromisePurge(partitions, upTo)));
    return commands;
  }

  /** A while ago, and before anything that is being restored. */
  private long mark(Placements now, long wallMillis) {
    long mark = Hlc.of(Math.max(0, wallMillis - config.afterMillis()), 0);
    for (Tenant tenant : now.tenants().values()) {
      if (tenant.isBeingRestored()) {
        long restored = tenant.get(TenantSetting.RESTORING);
        mark = Long.compareUnsigned(mark, restored) < 0 ? mark : restored - 1;
      }
    }
    return mark;
  }

  private void step(
      AtEpoch at,
      Round round,
      long standing,
      Map<Long, List<AtEpoch>> confirmed,
      Map<Long, List<AtEpoch>> promised) {
    if (round.wasUnequal()) {
      events.accept(PurgeEvent.EQUAL_AFTER_ALL);
    }
    if (round.isLookedAtEnough()) {
      events.accept(PurgeEvent.CONFIRMED);
      add(confirmed, standing, at);
    } else {
      events.accept(PurgeEvent.LOOKED_AT_AGAIN);
      nextLooks.put(at.partition(), new NextLook(at.epoch() + 1, round.looksBefore() + 1));
      add(promised, standing, at);
    }
  }

  private void open(
      Placements now,
      long nowNanos,
      long mark,
      Predicate<NodeId> isLive,
      Map<Long, List<AtEpoch>> promised) {
    if (nowNanos - opensNanos < 0) {
      return;
    }
    opensNanos = nowNanos + config.intervalNanos();
    int room = config.roundsMax() - roundsThatTakeRoom(isLive);
    for (Integer partition : inTurn()) {
      if (!mayOpen(now, partition, nowNanos, mark, isLive)) {
        purgeable.remove(partition); // it is reported again, as long as there is something
        continue;
      }
      if (room <= 0) {
        // Others follow at once when these are done.
        opensNanos = nowNanos + Math.min(config.intervalNanos(), STEP_NANOS);
        return;
      }
      purgeable.remove(partition);
      openedNanos.put(partition, nowNanos);
      served = partition;
      events.accept(PurgeEvent.OPENED);
      add(promised, mark, new AtEpoch(partition, now.epoch(partition)));
      room--;
    }
  }

  /**
   * One that waits for a node that is away takes no room: that node may be away for days. Nor does
   * one that did not end in its time, whatever it waits for: a node whose clock is behind says
   * nothing of it.
   */
  private int roundsThatTakeRoom(Predicate<NodeId> isLive) {
    return (int)
        rounds.entrySet().stream()
            .filter(each -> !abandoned.contains(each.getKey()))
            .filter(each -> each.getValue().replicas().stream().allMatch(isLive))
            .count();
  }

  /**
   * If the lowest always came first, the others would have no round once the lowest are reported
   * again before all had one.
   */
  private List<Integer> inTurn() {
    List<Integer> all = new ArrayList<>(purgeable.tailSet(served, false));
    all.addAll(purgeable.headSet(served, true));
    return all;
  }

  /**
   * Whether a round can be opened, and can end. No two of a partition soon after another: each has
   * all replicas read all of it.
   */
  private boolean mayOpen(
      Placements now, int partition, long nowNanos, long mark, Predicate<NodeId> isLive) {
    PartitionPlacement placement = now.partitions().get(partition);
    Long opened = openedNanos.get(partition);
    return !placement.purge().isOpen()
        && placement.filling().isEmpty()
        && placement.move() == null
        && (opened == null || nowNanos - opened >= config.intervalNanos())
        && Long.compareUnsigned(mark, placement.purge().promised()) > 0
        && now.replicasOfAny(partition).stream().allMatch(isLive);
  }

  private static void add(Map<Long, List<AtEpoch>> to, long mark, AtEpoch at) {
    to.computeIfAbsent(mark, none -> new ArrayList<>()).add(at);
  }

  /**
   * Rounds are those that the state says are open; a new epoch of one is looked at from the start.
   * Where a partition moves, none ends: what is reported meanwhile does not count.
   */
  private void follow(Placements next, long nowNanos) {
    placements = next;
    abandoned.removeIf(
        partition ->
            partition >= next.partitions().size()
                || !next.partitions().get(partition).purge().isOpen());
    Set<Replication> replications = next.replications();
    Regions regions = next.regions();
    TreeMap<Integer, Round> before = new TreeMap<>(rounds);
    rounds.clear();
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      PartitionPlacement placement = next.partitions().get(partition);
      PurgeMarks marks = placement.purge();
      if (marks.isOpen() && placement.move() == null) {
        SortedSet<ReplicationFactor> factors = new TreeSet<>();
        placement.factors(replications, regions).forEach(factor -> factors.add(factor.to()));
        Round known = before.get(partition);
        boolean same = known != null && known.isOf(placement.epoch(), factors);
        rounds.put(
            partition,
            same && known != null
                ? known
                : begun(regions, partition, placement, factors, nowNanos));
      }
    }
    nextLooks.keySet().retainAll(rounds.keySet());
  }

  private Round begun(
      Regions regions,
      int partition,
      PartitionPlacement placement,
      SortedSet<ReplicationFactor> factors,
      long nowNanos) {
    NextLook look = nextLooks.get(partition);
    int looksBefore = look != null && look.epoch() == placement.epoch() ? look.looksBefore() : 0;
    return new Round(
        rules,
        placement.epoch(),
        placement.preferenceList(),
        factors,
        regions,
        looksBefore,
        nowNanos);
  }
}
