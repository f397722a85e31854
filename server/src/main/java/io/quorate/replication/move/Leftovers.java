package io.quorate.replication.move;

import io.quorate.model.NodeId;
import io.quorate.placement.Placements;
import io.quorate.replication.background.BackgroundBudget;
import io.quorate.replication.fact.Fact;
import io.quorate.replication.repair.Peers;
import io.quorate.replication.replica.Replica;
import io.quorate.runtime.Clock;
import io.quorate.runtime.Lane;
import io.quorate.storage.RecordStore;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what lies on this node of partitions that are not its own: that left it, or that it
 * was to have and did not get, be it while it was away. First what the replicas may have purged
 * since (MODEL-CHECK F9); the rest is brought to them; and then all goes. One partition at a time.
 * Lives on one lane.
 */
public final class Leftovers {
  private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final NodeId self;
  private final Replica replica;
  private final RecordStore store;
  private final HandingOver.With with;
  private final Lane lane;
  private final Clock clock;
  private final Consumer<Fact> facts;
  private final Predicate<Integer> hasHandedOver;
  private Placements placements;

  /** By partition: those that are not this node's, and of which something may lie here. */
  private final TreeMap<Integer, Entry> entries = new TreeMap<>();

  private Lane.@Nullable Timer timer;
  private boolean stopped;

  /**
   * What it works with.
   *
   * @param copier which knows what was handed over before the partition left
   */
  public record Collaborators(
      NodeId self,
      Replica replica,
      RecordStore store,
      Peers peers,
      Predicate<NodeId> isLive,
      Copier copier,
      Lane lane,
      Clock clock,
      BackgroundBudget budget,
      Consumer<Fact> facts) {}

  /** One of those partitions. */
  private static final class Entry {
    final int partition;
    boolean busy;
    boolean handedOver;
    long notBeforeNanos;
    @Nullable HandingOver handing;

    Entry(int partition, boolean handedOver, long now) {
      this.partition = partition;
      this.handedOver = handedOver;
      this.notBeforeNanos = now;
    }
  }

  public Leftovers(Collaborators with, Placements placements) {
    this.self = with.self();
    this.replica = with.replica();
    this.store = with.store();
    this.with = new HandingOver.With(with.store(), with.peers(), with.isLive(), with.budget());
    this.lane = with.lane();
    this.clock = with.clock();
    this.facts = with.facts();
    this.hasHandedOver = with.copier()::hasHandedOver;
    this.placements = placements;
  }

  public void start() {
    for (int partition = 0; partition < placements.partitions().size(); partition++) {
      if (!placements.isOwner(self, partition)) {
        entries.put(partition, new Entry(partition, false, clock.nanos()));
      }
    }
    tick();
  }

  public void stop() {
    stopped = true;
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * Looks for something wherever this node has ceased to be an owner. To be told before the copier.
   */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    for (int partition = 0; partition < next.partitions().size(); partition++) {
      if (next.isOwner(self, partition)) {
        entries.remove(partition);
      } else if (before.isOwner(self, partition)) {
        entries.put(partition, new Entry(partition, hasHandedOver.test(partition), clock.nanos()));
      }
    }
  }

  /** Partitions that are not this node's, and of which something may lie here. */
  public int count() {
    return entries.size();
  }

  private void tick() {
    if (stopped) {
      return;
    }
    Entry next = next();
    if (next != null) {
      goOn(next);
    }
    timer = lane.schedule(entries.isEmpty() ? IDLE_NANOS : EVERY_NANOS, this::tick);
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
          && replica.isServed(entry.partition)
          && !replica.isDamaged(entry.partition)) {
        return entry;
      }
    }
    return null;
  }

  private void goOn(Entry entry) {
    if (entry.handing != null) {
      entry.handing.goOn();
    } else if (!entry.busy) {
      entry.busy = true;
      store.holdsAny(entry.partition, any -> onLooked(entry, any));
    }
  }

  private void onLooked(Entry entry, boolean any) {
    if (!any) {
      entries.remove(entry.partition, entry);
    } else if (isNew(entry)) {
      Placements now = placements;
      replica.sweepRemains(entry.partition, swept -> onSwept(entry, now, swept));
    }
  }

  /** Whether it has not become this node's again meanwhile. */
  private boolean isNew(Entry entry) {
    return entries.get(entry.partition) == entry;
  }

  private void onSwept(Entry entry, Placements then, boolean swept) {
    if (!isNew(entry)) {
      return;
    }
    if (!swept) {
      again(entry);
    } else if (entry.handedOver) {
      clear(entry);
    } else {
      entry.handing =
          new HandingOver(with, entry.partition, then, ended -> onHandedOver(entry, ended));
    }
  }

  private void onHandedOver(Entry entry, HandingOver.Ended ended) {
    entry.handing = null;
    if (!isNew(entry)) {
      return;
    }
    if (ended.records() > 0) {
      facts.accept(Fact.Window.LEFTOVERS_HANDED_OVER);
    }
    if (ended.complete()) {
      facts.accept(new Fact.HandedOver(entry.partition, ended.records()));
      entry.handedOver = true;
      clear(entry);
    } else {
      again(entry);
    }
  }

  private void clear(Entry entry) {
    replica.dropRemains(
        entry.partition,
        gone -> {
          if (gone) {
            facts.accept(new Fact.PartitionCleared(entry.partition));
            entries.remove(entry.partition, entry);
          } else {
            again(entry);
          }
        });
  }

  private void again(Entry entry) {
    entry.busy = false;
    entry.notBeforeNanos = clock.nanos() + RETRY_NANOS;
  }
}
