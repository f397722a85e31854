package io.quorate.replication.move;

import io.quorate.event.Event;
import io.quorate.model.NodeId;
import io.quorate.placement.PartitionPlacement;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.background.Recurring;
import io.quorate.replication.repair.RepairContext;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what lies on this node of partitions that are not its own, or in its own of tenants of
 * which it is no replica there: that left it, or that it was to have and did not get, be it while
 * it was away. First what the replicas may have purged since (docs/design/purge.md#f9); the rest is
 * brought to them; and then all goes. One partition at a time. Lives on one lane.
 */
public final class Leftovers {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeId self;
  private final Replica replica;
  private final RecordStore store;
  private final HandingOver.With with;
  private final Clock clock;
  private final Consumer<Event> events;
  private final Predicate<Integer> hasHandedOver;
  private final Recurring ticks;
  private Placements placements;

  /** By partition: those of which something may lie here that is not this node's. */
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  /** One of those partitions. */
  private static final class Entry {
    final int partition;
    final LeftoverScope foreign;
    boolean busy;
    boolean handedOver;

    /** Counts only while it is damaged: what can be read again is handed over, too. */
    boolean readableHandedOver;

    /** Likewise: not all replicas took what was brought when that was tried last. */
    boolean readableRefused;

    long notBeforeNanos;
    @Nullable HandingOver handing;

    Entry(int partition, LeftoverScope foreign, boolean handedOver, long now) {
      this.partition = partition;
      this.foreign = foreign;
      this.handedOver = handedOver;
      this.notBeforeNanos = now;
    }
  }

  /**
   * @param copier knows what has been handed over
   */
  public Leftovers(
      RepairContext context,
      RecordStore store,
      Copier copier,
      BackgroundBudget budget,
      Placements placements) {
    this.self = context.self();
    this.replica = context.replica();
    this.store = store;
    this.with =
        new HandingOver.With(store, context.peers(), context.isLive(), budget, replica::readFailed);
    this.clock = context.time().clock();
    this.events = context.events();
    this.hasHandedOver = copier::hasHandedOver;
    this.placements = placements;
    this.ticks = new Recurring(context.time().lane(), this::tick);
  }

  public void start() {
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      LeftoverScope foreign = LeftoverScope.of(placements, partition, self);
      if (!foreign.isNothing()) {
        entries.put(partition, new Entry(partition, foreign, false, clock.nanos()));
      }
    }
    ticks.start();
  }

  public void stop() {
    ticks.stop();
  }

  /**
   * Looks for something wherever this node has ceased to be a replica for tenants of some factor,
   * or an owner. To be told before the copier.
   */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    // Where nothing has changed nothing was lost: not to tenants that are new, either.
    next.changedSince(before).forEach(partition -> follow(partition, before));
  }

  private void follow(int partition, Placements before) {
    Entry known = entries.get(partition);
    LeftoverScope possible = LeftoverScope.of(placements, partition, self);
    SortedSet<Integer> lost = LeftoverScope.lost(before, placements, partition, self);
    if (possible.whole() && !before.isOwner(self, partition)) {
      return; // it is looked for, or was
    }
    LeftoverScope foreign =
        LeftoverScope.since(known == null ? null : known.foreign, lost, possible);
    if (foreign.isNothing()) {
      entries.remove(partition);
    } else if (known == null || !known.foreign.equals(foreign)) {
      boolean handedOver = wasHandedOver(partition, before, lost, known);
      entries.put(partition, new Entry(partition, foreign, handedOver, clock.nanos()));
    }
  }

  private boolean wasHandedOver(
      int partition, Placements before, SortedSet<Integer> lost, @Nullable Entry known) {
    if (lost.isEmpty()) {
      return known != null && known.handedOver;
    }
    return (known == null || known.handedOver)
        && hasHandedOver.test(partition)
        && LeftoverScope.isHandedOver(before, partition, self, lost);
  }

  /**
   * Whether what lies here of a partition is to be handed over before it goes. Of one that is this
   * node's for some tenants, and damaged, that does not hold up a purge, which needs it mended; nor
   * the filling of it.
   */
  public boolean owes(int partition) {
    Entry entry = entries.get(partition);
    return entry != null
        && !entry.handedOver
        && !entry.readableHandedOver
        && (entry.foreign.whole()
            || (!isBeingPurged(partition)
                && replica.isServed(partition)
                && !placements.isFilling(self, partition)));
  }

  /** Whether that cannot be done for now: for a purge, or since not all replicas have taken it. */
  public boolean waitsToHandOver(int partition) {
    Entry entry = entries.get(partition);
    return entry != null && (isBeingPurged(partition) || entry.readableRefused);
  }

  /** Whether that can begin: nothing is brought while a purge is open. */
  boolean mayHandOver(int partition) {
    return owes(partition) && replica.isServed(partition) && !isBeingPurged(partition);
  }

  /** Tenants whose records those are. */
  List<Integer> tenants(int partition) {
    Entry entry = entries.get(partition);
    return entry == null ? List.of() : entry.foreign.tenants(placements);
  }

  /**
   * All that can be read of a damaged partition was handed over; the rest of it may go, unless it
   * can be read again.
   *
   * @param tenants whose records were
   */
  void readableHandedOver(int partition, List<Integer> tenants) {
    Entry entry = entries.get(partition);
    if (entry != null
        && replica.isDamaged(partition)
        && entry.foreign.tenants(placements).equals(tenants)) {
      entry.readableHandedOver = true;
    }
  }

  /** Not all that can be read of a damaged partition was handed over: it is tried again. */
  void readableNotHandedOver(int partition) {
    Entry entry = entries.get(partition);
    if (entry != null) {
      entry.readableRefused = true;
    }
  }

  /** Partitions of which something may lie here that is not this node's. */
  public int count() {
    return entries.size();
  }

  private long tick() {
    Entry next = next();
    if (next != null) {
      goOn(next);
    }
    return entries.isEmpty() ? IDLE_NANOS : EVERY_NANOS;
  }

  /** The one that is under way; else one that can be begun. */
  private @Nullable Entry next() {
    for (Entry entry : entries.values()) {
      if (entry.busy || entry.handing != null) {
        return entry;
      }
    }
    for (Map.Entry<Integer, Entry> each : entries.entrySet()) {
      Entry entry = each.getValue();
      if (clock.nanos() - entry.notBeforeNanos >= 0
          && (entry.handedOver || !isBeingPurged(entry.partition))
          && replica.isServed(entry.partition)
          && !replica.isDamaged(entry.partition)) {
        return entry;
      }
    }
    return null;
  }

  /**
   * While a purge is open nothing is brought: its replicas have said what they hold, and a deletion
   * that only some of them get after that would be taken away there and hide nothing at the others.
   */
  private boolean isBeingPurged(int partition) {
    return placements.purge(partition).isOpen();
  }

  private void goOn(Entry entry) {
    if (entry.handing != null) {
      entry.handing.goOn();
    } else if (!entry.busy) {
      entry.readableHandedOver = false; // it is not damaged any more
      entry.readableRefused = false;
      entry.busy = true;
      look(entry);
    }
  }

  /** One look for the whole partition, unless some of it is this node's. */
  private void look(Entry entry) {
    PartitionPlacement placement = placements.partitions().get(entry.partition);
    if (placements.factors(entry.partition).stream()
        .anyMatch(factor -> placement.keeps(self, factor))) {
      lookCloser(entry);
      return;
    }
    store.holdsAny(
        entry.partition,
        any -> {
          if (any) {
            lookCloser(entry);
          } else {
            entries.remove(entry.partition, entry);
          }
        });
  }

  private void lookCloser(Entry entry) {
    if (isNew(entry)) {
      store.holders(
          entry.partition, entry.foreign.tenants(placements), tenants -> onLooked(entry, tenants));
    }
  }

  private void onLooked(Entry entry, List<Integer> tenants) {
    if (tenants.isEmpty() && !entry.foreign.whole()) {
      entries.remove(entry.partition, entry);
    } else if (!entry.handedOver && isBeingPurged(entry.partition)) {
      again(entry); // the purge was opened since it was begun
    } else if (isNew(entry)) {
      Placements now = placements;
      replica.sweepRemains(entry.partition, tenants, swept -> onSwept(entry, tenants, now, swept));
    }
  }

  /** Whether none of it has become this node's again meanwhile, and nothing was added. */
  private boolean isNew(Entry entry) {
    return entries.get(entry.partition) == entry;
  }

  private void onSwept(Entry entry, List<Integer> tenants, Placements then, boolean swept) {
    if (!isNew(entry)) {
      return;
    }
    if (!swept) {
      again(entry);
    } else if (entry.handedOver) {
      clear(entry, tenants);
    } else {
      entry.handing =
          new HandingOver(
              with, entry.partition, tenants, then, ended -> onHandedOver(entry, tenants, ended));
    }
  }

  private void onHandedOver(Entry entry, List<Integer> tenants, HandingOver.Ended ended) {
    entry.handing = null;
    if (!isNew(entry)) {
      return;
    }
    if (ended.records() > 0) {
      events.accept(MoveEvent.Window.LEFTOVERS_HANDED_OVER);
    }
    if (ended.complete()) {
      events.accept(new MoveEvent.HandedOver(entry.partition, ended.records()));
      entry.handedOver = true;
      clear(entry, tenants);
    } else {
      again(entry);
    }
  }

  private void clear(Entry entry, List<Integer> tenants) {
    if (entry.foreign.whole()) {
      replica.dropRemains(entry.partition, gone -> onCleared(entry, gone));
    } else {
      replica.dropRemains(entry.partition, tenants, gone -> onCleared(entry, gone));
    }
  }

  private void onCleared(Entry entry, boolean gone) {
    if (gone) {
      events.accept(new MoveEvent.PartitionCleared(entry.partition));
      entries.remove(entry.partition, entry);
    } else {
      again(entry);
    }
  }

  private void again(Entry entry) {
    entry.busy = false;
    entry.notBeforeNanos = clock.nanos() + RETRY_NANOS;
  }
}
