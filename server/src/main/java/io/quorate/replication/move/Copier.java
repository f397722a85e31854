package io.quorate.replication.move;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.Copying;
import io.quorate.placement.Factor;
import io.quorate.placement.HandOver;
import io.quorate.placement.Move;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.placement.Quorum;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Pace;
import io.quorate.replication.background.Recurring;
import io.quorate.replication.background.Urgency;
import io.quorate.replication.repair.CompareGoal;
import io.quorate.replication.repair.PartitionFill;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.repair.RepairConfig;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.HistoryStore.Kept;
import io.quorate.version.RecordModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings to this node what it must hold of partitions that move to it, or within which it stays:
 * all that a majority of the old set held when its replicas began to serve the epoch of the move.
 * And gives what it holds of partitions that have left it to those in charge. A few partitions at a
 * time.
 *
 * <p>What it says of itself it has found under one epoch. Under another one it is all found again;
 * what has been copied stays, and is merged with what comes. Lives on one lane.
 */
public final class Copier {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** How many partitions are copied at the same time. */
  private static final int PARALLEL = 4;

  private static final CompareGoal NOTHING =
      new CompareGoal(List.of(), new Quorum(List.of()), false, false, false);

  private final NodeId self;
  private final Replica replica;
  private final Predicate<NodeId> isLive;
  private final Lane lane;
  private final Clock clock;
  private final long retryNanos;
  private final Consumer<Event> events;
  private final MoveRules rules;
  private final Pace pace;
  private final Recurring ticks;
  private final PartitionFill.With with;

  /** For partitions that lack a replica meanwhile. */
  private final PartitionFill.With urgent;

  private Placements placements;

  /** By partition: those on the move that are, or were, this node's. */
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  public Copier(
      RepairContext context,
      Function<Urgency, BackgroundBudget> budgets,
      RepairConfig config,
      Placements placements) {
    this(context, budgets, config, placements, new MoveRules());
  }

  Copier(
      RepairContext context,
      Function<Urgency, BackgroundBudget> budgets,
      RepairConfig config,
      Placements placements,
      MoveRules rules) {
    this.self = context.self();
    this.replica = context.replica();
    this.isLive = context.isLive();
    this.lane = context.time().lane();
    this.clock = context.time().clock();
    this.retryNanos = config.retryNanos();
    this.events = context.events();
    this.rules = rules;
    this.pace = new Pace(clock, placements.copyBytesPerSecond());
    Peers peers = rules.asking(context.peers());
    this.with = fillingWith(peers, budgets.apply(Urgency.COPYING), config);
    this.urgent = fillingWith(peers, budgets.apply(Urgency.FILLING), config);
    this.placements = placements;
    this.ticks = new Recurring(lane, this::tick);
  }

  private PartitionFill.With fillingWith(
      Peers peers, BackgroundBudget budget, RepairConfig config) {
    return new PartitionFill.With(
        self,
        peers,
        replica.trees(),
        tenant -> placements.model(tenant),
        lane,
        clock,
        budget,
        pace,
        config);
  }

  /** One partition, through all steps of one move. */
  private final class Entry implements PartitionFill.Listener {
    final int partition;
    final long begunEpoch;
    Task task;
    PartitionFill fill;
    boolean running;

    /** Whether it has been copied, and what was offered before is being put down. */
    boolean ending;

    /** Has the registers accepted that were copied; null while there is none. */
    @Nullable Settling settling;

    boolean done;
    long notBeforeNanos = clock.nanos();

    /**
     * Whether it has been copied page by page: what is lacking since then is found by comparing.
     */
    boolean copied;

    /**
     * Tenants with a history since before anything was compared: what was acknowledged later, and
     * replaced here, has been kept.
     */
    Set<Integer> withHistory = Set.of();

    long records;
    long bytes;
    long skipped;

    Entry(int partition, long begunEpoch, Task task) {
      this.partition = partition;
      this.begunEpoch = begunEpoch;
      this.task = task;
      this.fill = begin();
    }

    private PartitionFill begin() {
      withHistory = new TreeSet<>(replica.tenantsWithHistory(partition));
      return new PartitionFill(
          lacksReplica(partition) ? urgent : with,
          new Peers.Place(partition, placements.epoch(partition)),
          task.tenants(),
          factor -> need(this, factor),
          this);
    }

    void abandon() {
      fill.abandon();
      if (settling != null) {
        settling.abandon();
        settling = null;
      }
    }

    void beginAgain(Task next) {
      abandon();
      copied |= task.kind() == Task.Kind.COPIES && fill.isCopied();
      task = next;
      running = false;
      ending = false;
      done = false;
      notBeforeNanos = clock.nanos();
      fill = begin();
    }

    boolean isDone(Task.Kind kind) {
      return done && task.kind() == kind && !replica.isDamaged(partition);
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
    public void copied(int copiedRecords, long copiedBytes, int skippedRecords) {
      records += copiedRecords;
      bytes += copiedBytes;
      skipped(skippedRecords);
      events.accept(new MoveEvent.Copied(copiedRecords, copiedBytes, skippedRecords));
    }

    @Override
    public void compared(PartitionFill.Compared compared) {
      boolean copies = task.kind() == Task.Kind.COPIES;
      records += copies ? compared.fetched() : compared.brought();
      bytes += compared.bytes();
      skipped(compared.skipped());
      if (!copies && compared.brought() > 0) {
        events.accept(MoveEvent.Window.HANDED_OVER_WHAT_WAS_LACKING);
      }
      events.accept(compared.event());
    }

    private void skipped(int count) {
      skipped += count;
      if (count > 0) {
        events.accept(MoveEvent.Window.COPY_FOUND_NEWER);
      }
    }

    @Override
    public void stuck() {
      events.accept(new MoveEvent.CopyStuck(partition));
      running = false;
      notBeforeNanos = clock.nanos() + retryNanos;
    }

    @Override
    public boolean takesHistory(Factor factor, int tenant, Set<NodeId> from) {
      Copying copying = Copying.of(placements.partitions().get(partition), factor, self);
      return copying != null
          && copying.arrives()
          && !factor.isByRegion()
          && withHistory.contains(tenant)
          && copying.needed().isReachedBy(from);
    }

    @Override
    public void keep(List<Kept> versions, Consumer<Boolean> callback) {
      replica.keepCopied(partition, versions, callback);
    }

    @Override
    public void full(long offered, Map<Integer, ? extends Collection<Long>> histories) {
      if (done || ending) {
        return;
      }
      if (task.kind() == Task.Kind.COPIES) {
        PartitionFill copies = fill;
        ending = true;
        replica.copied(
            partition, offered, stays(partition), histories, durable -> ended(copies, durable));
      } else {
        done(new MoveEvent.HandedOver(partition, (int) Math.min(records, Integer.MAX_VALUE)));
      }
    }

    private void ended(PartitionFill copies, boolean durable) {
      if (fill != copies) {
        return; // begun again
      }
      if (!durable) {
        settled(copies, false);
        return;
      }
      List<Integer> registers =
          task.tenants().values().stream()
              .flatMap(List::stream)
              .filter(tenant -> RecordModel.REGISTERS.equals(placements.model(tenant)))
              .toList();
      if (registers.isEmpty() || !rules.settlesRegisters()) {
        settled(copies, true);
        return;
      }
      settling =
          new Settling(
              replica,
              with.peers(),
              copies.place(),
              begunEpoch,
              registers,
              all -> registersSettled(copies, all));
      settling.goOn();
    }

    /** Of what was accepted, this replica's part is synced before it counts as copied. */
    private void registersSettled(PartitionFill copies, boolean all) {
      if (all) {
        replica.sync(synced -> settled(copies, synced));
      } else {
        settled(copies, false);
      }
    }

    private void settled(PartitionFill copies, boolean all) {
      if (fill != copies) {
        return; // begun again
      }
      ending = false;
      settling = null;
      if (all) {
        done(new MoveEvent.CopyComplete(partition));
      } else {
        running = false;
        notBeforeNanos = clock.nanos() + retryNanos;
      }
    }

    private void done(MoveEvent event) {
      done = true;
      running = false;
      events.accept(event);
    }
  }

  private boolean lacksReplica(int partition) {
    return placements.partitions().get(partition).owners().stream()
        .anyMatch(owner -> !owner.equals(self) && !isLive.test(owner));
  }

  /** Whether this node was of the old set for some tenants. */
  private boolean stays(int partition) {
    PartitionPlacement placement = placements.partitions().get(partition);
    return placements.factors(partition).stream()
        .map(factor -> Copying.of(placement, factor, self))
        .anyMatch(copying -> copying != null && !copying.arrives());
  }

  private CompareGoal need(Entry entry, Factor factor) {
    PartitionPlacement placement = placements.partitions().get(entry.partition);
    Copying copying = Copying.of(placement, factor, self);
    if (copying != null) {
      return rules.bringsTo(copying)
          ? CompareGoal.of(copying, rules.needed(copying), entry.copied)
          : NOTHING;
    }
    HandOver handOver = HandOver.of(placement, factor, self);
    return handOver == null ? NOTHING : CompareGoal.of(handOver);
  }

  public void start() {
    placements.all().forEach(this::follow);
    for (Entry entry : entries.values()) {
      if (entry.task.kind() == Task.Kind.COPIES) {
        events.accept(MoveEvent.Window.COPY_BEGUN_AGAIN);
      }
    }
    ticks.start();
  }

  public void stop() {
    ticks.stop();
  }

  /** What was found under another epoch, or for other tenants, is found again. */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    pace.limit(next.copyBytesPerSecond());
    boolean otherTenants = !next.tenants().equals(before.tenants());
    (otherTenants ? next.all() : next.changedSince(before)).forEach(this::follow);
  }

  private void follow(int partition) {
    Move move = placements.partitions().get(partition).move();
    Entry known = entries.get(partition);
    if (move == null || !placements.isOwner(self, partition)) {
      if (known != null) {
        known.abandon();
        entries.remove(partition);
      }
      return;
    }
    Task task = Task.of(placements, partition, self);
    if (known == null || known.begunEpoch != move.begunEpoch()) {
      if (known != null) {
        known.abandon();
      }
      entries.put(partition, new Entry(partition, move.begunEpoch(), task));
    } else if (known.fill.place().epoch() != placements.epoch(partition)
        || !known.task.equals(task)) {
      if (known.task.kind() == Task.Kind.COPIES && task.kind() == Task.Kind.COPIES) {
        events.accept(MoveEvent.Window.COPY_BEGUN_AGAIN);
      }
      known.beginAgain(task);
    }
  }

  private long tick() {
    boolean busy = false;
    for (Entry entry : entries.values()) {
      busy |= entry.task.kind() != Task.Kind.NOTHING && !entry.done;
    }
    if (busy) {
      replica.trees().tick();
      work();
    }
    return busy ? EVERY_NANOS : IDLE_NANOS;
  }

  private void work() {
    long now = clock.nanos();
    int running = 0;
    for (Entry entry : entries.values()) {
      running += entry.running ? 1 : 0;
    }
    for (Entry entry : List.copyOf(entries.values())) {
      if (!entry.running
          && running < PARALLEL
          && now - entry.notBeforeNanos >= 0
          && mayRun(entry)) {
        entry.running = true;
        running++;
      }
      if (entry.running) {
        entry.fill.goOn();
      }
    }
  }

  /**
   * What it lacks beyond a move comes back first, and what it would hand on from then on counts.
   */
  private boolean mayRun(Entry entry) {
    return entry.task.kind() != Task.Kind.NOTHING
        && !entry.done
        && replica.isServed(entry.partition)
        && !replica.isDamaged(entry.partition)
        && !placements.isFilling(self, entry.partition);
  }

  /** Whether a partition has left this node, and those in charge hold all that it holds. */
  boolean hasHandedOver(int partition) {
    Entry entry = entries.get(partition);
    return entry != null && entry.isDone(Task.Kind.HANDS_OVER);
  }

  /** How far this node is with each partition on the move that is, or was, its own. */
  public List<Standing> standings() {
    List<Standing> standings = new ArrayList<>();
    entries.forEach(
        (partition, entry) -> {
          Move move = placements.partitions().get(partition).move();
          if (move != null) {
            standings.add(
                new Standing(
                    partition,
                    placements.epoch(partition),
                    move.step(),
                    replica.isServed(partition),
                    entry.isDone(Task.Kind.COPIES),
                    entry.isDone(Task.Kind.HANDS_OVER),
                    entry.records,
                    entry.bytes,
                    entry.skipped));
          }
        });
    return standings;
  }
}
