package io.quorate.replication.repair;

import io.quorate.event.Event;
import io.quorate.model.Invariant;
import io.quorate.model.NodeId;
import io.quorate.placement.Factor;
import io.quorate.placement.Filling;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Replication;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.background.Recurring;
import io.quorate.replication.replica.Replica;
import io.quorate.replication.tree.Trees;
import io.quorate.runtime.Clock;
import io.quorate.storage.HistoryStore.Kept;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Fills the partitions of which this replica does not hold what it must, since it lost its disk or
 * a part of it, from the replicas that do; and reports those that are full. A few partitions at a
 * time. What has been copied stays over a restart: it is merged with what is there. Lives on one
 * lane.
 */
public final class Filler {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long SPEED_OVER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** How many partitions are filled at the same time. */
  private static final int PARALLEL = 4;

  /** Partitions of one report: a leader takes 64 KiB from another node, and one takes 15 bytes. */
  private static final int REPORTED_MAX = 4_096;

  private final NodeId self;
  private final Replica replica;
  private final Trees trees;
  private final Predicate<NodeId> isLive;
  private final Report report;
  private final Clock clock;
  private final RepairConfig config;
  private final PartitionFill.With with;
  private final Consumer<Event> events;
  private final Recurring ticks;
  private Placements placements;

  /** By partition: all that are to be filled. */
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  /** Not to be filled for now, since what lies there cannot be read. */
  private final TreeSet<Integer> held = new TreeSet<>();

  /** Full, and to be reported. */
  private final List<Peers.Place> full = new ArrayList<>();

  private boolean reporting;
  private int most;
  private long records;
  private long bytes;
  private long bytesPerSecond;
  private long bytesThen;
  private long thenNanos;

  /** A partition that is to be filled. */
  private static final class Entry {
    final PartitionFill fill;
    boolean running;

    /** Whether it holds what it must, and what it was not offered is being put down as such. */
    boolean ending;

    boolean full;
    long notBeforeNanos;

    Entry(PartitionFill fill) {
      this.fill = fill;
    }
  }

  /** Takes the news that partitions are full, for the cluster to decide on. */
  @FunctionalInterface
  public interface Report {
    /**
     * @param callback told whether the cluster has taken note; once
     */
    void full(List<Peers.Place> places, Consumer<Boolean> callback);
  }

  /**
   * How far it is.
   *
   * @param partitions still to be filled
   * @param most how many there were
   * @param records brought so far, of these and those before
   * @param bytes of these
   * @param bytesPerSecond of late
   */
  public record Progress(int partitions, int most, long records, long bytes, long bytesPerSecond) {
    public static final Progress NONE = new Progress(0, 0, 0, 0, 0);
  }

  public Filler(
      RepairContext context,
      Report report,
      BackgroundBudget budget,
      RepairConfig config,
      Placements placements) {
    this.self = context.self();
    this.replica = context.replica();
    this.trees = replica.trees();
    this.isLive = context.isLive();
    this.report = report;
    this.clock = context.time().clock();
    this.placements = placements;
    this.config = config;
    this.events = context.events();
    this.with =
        new PartitionFill.With(
            self,
            context.peers(),
            trees,
            tenant -> this.placements.model(tenant),
            context.time().lane(),
            clock,
            budget,
            new Pace(clock, config.bytesPerSecond()),
            config);
    this.thenNanos = clock.nanos();
    this.ticks = new Recurring(context.time().lane(), this::tick);
  }

  public void start() {
    follow(placements.all());
    ticks.start();
  }

  public void stop() {
    ticks.stop();
  }

  public Progress progress() {
    return new Progress(entries.size(), most, records, bytes, bytesPerSecond);
  }

  /**
   * Nothing is brought into a partition before {@link #release}. What has been reported of it may
   * still be noted, as what it was before.
   */
  void hold(int partition) {
    held.add(partition);
    Entry known = entries.remove(partition);
    if (known != null) {
      known.fill.abandon();
      full.remove(known.fill.place());
    }
  }

  /** It is filled from the beginning, if it is to be filled. */
  void release(int partition) {
    held.remove(partition);
    if (placements.isFilling(self, partition)) {
      entries.put(partition, begin(partition));
      most = Math.max(most, entries.size());
    }
  }

  /** What was filled under another epoch, or from another set of sources, is begun again. */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    boolean otherTenants = !replications(next).equals(replications(before));
    follow(otherTenants ? next.all() : next.changedSince(before));
  }

  private void follow(List<Integer> partitions) {
    partitions.forEach(this::follow);
    most = entries.isEmpty() ? 0 : Math.max(most, entries.size());
  }

  private void follow(int partition) {
    if (held.contains(partition)) {
      return; // it is begun when it is released
    }
    Entry known = entries.get(partition);
    if (placements.isFilling(self, partition)) {
      if (known != null) {
        known.fill.abandon();
        events.accept(RepairEvent.Window.FILL_BEGUN_AGAIN);
      }
      entries.put(partition, begin(partition));
    } else if (known != null) {
      known.fill.abandon();
      entries.remove(partition);
      events.accept(new RepairEvent.PartitionFilled(partition));
    }
  }

  private static Map<Integer, Replication> replications(Placements placements) {
    Map<Integer, Replication> byTenant = new TreeMap<>();
    placements.tenants().values().forEach(each -> byTenant.put(each.id(), each.replication()));
    return byTenant;
  }

  private Entry begin(int partition) {
    Listening listening = new Listening(partition);
    Entry entry =
        new Entry(
            new PartitionFill(
                with,
                new Peers.Place(partition, placements.epoch(partition)),
                tenants(partition),
                needs(placements.partitions().get(partition)),
                listening));
    entry.notBeforeNanos = clock.nanos();
    listening.entry = entry;
    return entry;
  }

  private SortedMap<Factor, List<Integer>> tenants(int partition) {
    SortedMap<Factor, List<Integer>> tenants = new TreeMap<>();
    for (Factor factor : placements.factors(partition)) {
      if (placements.replicas(partition, factor).contains(self)) {
        tenants.put(factor, placements.tenantsOf(partition, factor));
      }
    }
    return tenants;
  }

  private Function<Factor, CompareGoal> needs(PartitionPlacement placement) {
    return factor -> CompareGoal.of(Filling.of(placement, factor, self));
  }

  /** How one partition goes. */
  private final class Listening implements PartitionFill.Listener {
    /** Tenants with a history since before anything was compared. */
    private final Set<Integer> withHistory;

    private @Nullable Entry entry;

    Listening(int partition) {
      withHistory = new TreeSet<>(replica.tenantsWithHistory(partition));
    }

    @Override
    public boolean isLive(NodeId node) {
      return isLive.test(node);
    }

    @Override
    public boolean isNear(NodeId node) {
      return placements.isNear(self, node);
    }

    @Override
    public void copied(int copiedRecords, long copiedBytes, int skipped) {
      records += copiedRecords;
      bytes += copiedBytes;
      events.accept(new RepairEvent.FillCopied(copiedRecords, copiedBytes));
    }

    @Override
    public void compared(PartitionFill.Compared compared) {
      records += compared.fetched();
      bytes += compared.bytes();
      events.accept(compared.event());
    }

    @Override
    public void stuck() {
      if (entry != null) {
        events.accept(new RepairEvent.FillStuck(entry.fill.place().partition()));
        entry.running = false;
        entry.notBeforeNanos = clock.nanos() + config.retryNanos();
      }
    }

    @Override
    public boolean takesHistory(Factor factor, int tenant, Set<NodeId> from) {
      return entry != null
          && !factor.isByRegion()
          && withHistory.contains(tenant)
          && filling(factor).majorities().isReachedBy(from);
    }

    private Filling filling(Factor factor) {
      int partition = Invariant.present(entry, "no fill").fill.place().partition();
      return Filling.of(placements.partitions().get(partition), factor, self);
    }

    @Override
    public void keep(List<Kept> versions, Consumer<Boolean> callback) {
      int partition = Invariant.present(entry, "no fill").fill.place().partition();
      replica.keepCopied(partition, versions, callback);
    }

    @Override
    public void full(long offered, Map<Integer, ? extends Collection<Long>> histories) {
      if (entry != null && !entry.full && !entry.ending) {
        Entry filled = entry;
        filled.ending = true;
        replica.filled(
            filled.fill.place().partition(), offered, histories, durable -> ended(filled, durable));
      }
    }

    private void ended(Entry filled, boolean durable) {
      filled.ending = false;
      filled.running = false;
      if (entries.get(filled.fill.place().partition()) != filled) {
        return; // begun again, or held
      }
      filled.full = durable;
      if (durable) {
        full.add(filled.fill.place());
      } else {
        filled.notBeforeNanos = clock.nanos() + config.retryNanos();
      }
    }
  }

  private long tick() {
    if (entries.isEmpty()) {
      bytesPerSecond = 0;
      bytesThen = bytes;
      thenNanos = clock.nanos();
    } else {
      trees.tick();
      work();
      reportFull();
      measure();
    }
    return entries.isEmpty() ? IDLE_NANOS : EVERY_NANOS;
  }

  private void work() {
    long now = clock.nanos();
    int running = 0;
    for (Entry entry : entries.values()) {
      running += entry.running ? 1 : 0;
    }
    for (Map.Entry<Integer, Entry> each : List.copyOf(entries.entrySet())) {
      Entry entry = each.getValue();
      boolean due = !entry.running && !entry.full && now - entry.notBeforeNanos >= 0;
      if (due && running < PARALLEL) {
        entry.running = true;
        running++;
      }
      if (entry.running) {
        entry.fill.goOn();
      }
    }
  }

  /**
   * All that gathered, as far as one command goes, while the last report was decided: the log is
   * not for every partition.
   */
  private void reportFull() {
    if (reporting || full.isEmpty()) {
      return;
    }
    List<Peers.Place> next = full.subList(0, Math.min(full.size(), REPORTED_MAX));
    List<Peers.Place> places = List.copyOf(next);
    next.clear();
    reporting = true;
    report.full(places, noted -> onReported(places, noted));
  }

  private void onReported(List<Peers.Place> places, boolean noted) {
    reporting = false;
    for (Peers.Place place : places) {
      Entry entry = entries.get(place.partition());
      // If the cluster took note of an epoch that is over, the next placements begin it again.
      if (!noted && entry != null && entry.fill.place().equals(place)) {
        full.add(place);
        events.accept(RepairEvent.Window.FILLED_REPORTED_AGAIN);
      }
    }
  }

  private void measure() {
    long now = clock.nanos();
    long passed = now - thenNanos;
    if (passed >= SPEED_OVER_NANOS) {
      bytesPerSecond = (long) ((bytes - bytesThen) * 1e9 / passed);
      bytesThen = bytes;
      thenNanos = now;
    }
  }
}
