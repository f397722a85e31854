package io.quorate.replication.tree;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.runtime.Clock;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.TreeStore;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The hash trees of one node: for each partition one for each {@link Factor} in use there, for
 * tenants of one factor have the same replicas. Lives on the lane of the records.
 *
 * <p>Invariant: a tree that is given out is that of what is durable here, for every write that has
 * been answered. Trees are built one partition after another, by reading it while writes go on:
 * keys that change before they are read are left out of what is read, and added at the end as they
 * are then. This reading meets every record, so it also finds the records that may be dropped, and
 * has them dropped.
 *
 * <p>A node leaves its trees to its next start; see {@link TreeLog}.
 */
public final class Trees {
  /** The number of a write of which nothing has to be told. */
  public static final long UNNUMBERED = -1;

  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RecordStore store;
  private final Held held;
  private final Clock clock;
  private final Bases bases;
  private final Handover handover;

  /** By partition; null for one that is not known. An array, for each write looks here. */
  private final @Nullable PartitionTrees[] trees;

  /** Partitions to be read again, since their marks have changed. */
  private final TreeSet<Integer> due = new TreeSet<>();

  /** The partition that is being read; null while none is. */
  private @Nullable Building building;

  /** The partition that was begun last; the next one in turn comes behind it. */
  private int served = -1;

  /** The next one begins no earlier, for the disk failed lately. */
  private long notBeforeNanos;

  /** By partition: how often something is being taken away. */
  private final int[] clearings;

  private final TreeChange change = new TreeChange();

  /** What is held, beside what the disk shows, which may be ahead of what has been told. */
  public interface Held {
    /**
     * The record of a key as of the last call of {@link #changed}; null if there is none, or it
     * counts as absent.
     *
     * @param read what was just read, which is meant if no write of the key is under way
     */
    @Nullable RecordHeader reported(int partition, Key key, Record read);

    /** Whether a partition is not to be read, since it cannot be. */
    default boolean isDamaged(int partition) {
      return false;
    }

    /** Whether a write of a partition is under way: what is durable is not known then. */
    default boolean isWriting(int partition) {
      return false;
    }

    /** Whether what one start of the node left can be true in another one. */
    default boolean trusts(int leftByBoot, int boot) {
      return leftByBoot == boot - 1;
    }

    /**
     * Up to which number a tree has what writes have changed.
     *
     * @param told all below are told to be durable
     * @param handedIn all below were handed in
     */
    default long keptUpTo(long told, long handedIn) {
      return told;
    }

    /** Whether a tree that may be wrong is taken off the disk. */
    default boolean forgets() {
      return true;
    }

    /** A partition could not be read. */
    default void unreadable(int partition, StorageFault fault) {}

    /** Whether a record is kept for nothing. */
    boolean mayDrop(int partition, Key key, Record record);

    /** Takes away what lies under a key, if it may still be dropped. */
    void drop(int partition, Key key, Runnable ended);
  }

  public Trees(RecordStore store, Held held, Clock clock, Placements placements) {
    this.store = store;
    this.held = held;
    this.clock = clock;
    this.bases = new Bases(placements);
    this.handover = new Handover(this, held, bases);
    this.trees = new PartitionTrees[bases.partitions()];
    this.clearings = new int[trees.length];
    this.notBeforeNanos = clock.nanos();
  }

  /** Does as {@link #resume(TreeStore, int, TreePace, Consumer)}, at the usual pace. */
  public void resume(TreeStore left, int boot, Consumer<Event> told) {
    resume(left, boot, TreePace.of(trees.length), told);
  }

  /**
   * Takes up the trees that the last start left, as far as they are true: those partitions need not
   * be read. From now on they are kept for the next one. Called before any write.
   *
   * @param boot number of this start, counted durably before
   */
  public void resume(TreeStore left, int boot, TreePace pace, Consumer<Event> told) {
    handover.resume(left, boot, pace, told);
  }

  /** Takes the trees of a partition that an earlier start left: they are true. */
  void takeUp(int partition, PartitionTrees left) {
    trees[partition] = left;
    due.remove(partition);
  }

  boolean isKnown(int partition) {
    return trees[partition] != null;
  }

  /**
   * Leaves to the next start what is known. The last thing that the node does, so that it stays
   * true: nothing can be written afterwards.
   */
  public void leave() {
    handover.leave();
  }

  /** What is known of a partition, if it may be kept for the next start; else null. */
  @Nullable PartitionTrees toKeep(int partition) {
    PartitionTrees known = trees[partition];
    return known != null && known.isKept() && !due.contains(partition) ? known : null;
  }

  /**
   * Tenants of other factors have other trees, and what a tenant has that comes or goes is to be in
   * one of them, or in none: partitions of which that is so are read again, and no others, for most
   * tenants that come have nothing anywhere.
   */
  public void placementsChanged(Placements next) {
    Placements before = bases.placements();
    bases.follow(next);
    TenantsBefore tenants = new TenantsBefore(before, next);
    List<Integer> ofOtherBasis = new ArrayList<>();
    for (int partition = 0; partition < trees.length; partition++) {
      boolean sameFactors = tenants.haveSameFactors(partition);
      PartitionTrees known = trees[partition];
      if (known != null && (!sameFactors || tenants.concern(known))) {
        trees[partition] = null;
      }
      if (!sameFactors || !tenants.areSame() || before.epoch(partition) != next.epoch(partition)) {
        ofOtherBasis.add(partition);
      }
    }
    handover.placementsChanged(ofOtherBasis);
    if (building != null && !(tenants.areSame() && tenants.haveSameFactors(building.partition))) {
      building = null; // it reads the tenants that there were when it began
    }
  }

  /** The tree of one partition, for tenants of one factor; null while it is not known. */
  public @Nullable HashTree tree(int partition, Factor factor) {
    PartitionTrees known = trees[partition];
    return known == null ? null : known.all(factor);
  }

  /**
   * The tree of what one partition reports to a purge up to {@code mark}; null while it is not
   * known.
   */
  public @Nullable HashTree treeUpTo(int partition, Factor factor, long mark) {
    PartitionTrees known = trees[partition];
    return known == null ? null : known.upTo(factor, mark);
  }

  /**
   * From when on a purge may find something in a partition, in milliseconds since 1970; {@link
   * Long#MAX_VALUE} if never, or while that is not known.
   */
  public long purgeableFromMillis(int partition) {
    PartitionTrees known = trees[partition];
    return known == null ? Long.MAX_VALUE : known.purgeableFromMillis();
  }

  /**
   * How many keys of a tenant have a value in a partition, those included whose value has expired
   * lately; empty while that is not known.
   */
  public OptionalLong keys(int partition, int tenant) {
    PartitionTrees known = trees[partition];
    return known == null ? OptionalLong.empty() : OptionalLong.of(known.keys(tenant));
  }

  /** Records that are deleted, or will expire, as far as is known. */
  public long tombstones() {
    long sum = 0;
    for (PartitionTrees each : trees) {
      sum += each == null ? 0 : each.tombstones();
    }
    return sum;
  }

  /**
   * Other purge marks are in force, and nothing is under way that was admitted under those before:
   * the partition is read again. What counts as nothing from now on is still in its tree.
   */
  public void marksChanged(int partition, PurgeMarks next) {
    PurgeMarks before = bases.marks(partition);
    bases.follow(partition, next);
    handover.forget(partition);
    if (before.purged() != next.purged()) {
      doubt(partition);
    } else if (building != null && building.partition == partition) {
      building = null;
    }
    due.add(partition);
  }

  /** Whether what is handed in has to be told before. */
  public boolean isLogged() {
    return handover.log() != null;
  }

  /**
   * A record is handed to the store right after this, in place of another.
   *
   * @param before what was handed in last, or is durable; null for nothing
   * @return the number of the write, to be told when it has {@link #ended}
   */
  public long handingIn(
      int partition, Key key, @Nullable RecordHeader before, @Nullable RecordHeader after) {
    TreeLog kept = handover.log();
    if (kept == null) {
      return UNNUMBERED;
    }
    Placements placements = bases.placements();
    Tenant tenant = placements.tenant(key.tenant());
    if (tenant == null || !kept.isActive()) {
      return kept.handingIn(); // what it has is taken away, or nothing is kept yet
    }
    PartitionTrees known = trees[partition];
    Building now = building;
    boolean isBuilt = now != null && now.partition == partition;
    if (isBuilt || (known != null && known.isKept())) {
      change.set(partition, bases.promised(partition), tenant.model(), key, before, after);
      return kept.handingIn(placements.factor(partition, tenant), change);
    }
    return kept.handingInUnlogged(partition);
  }

  /** The same of a write of which it is not known, or not to be said, what it changes. */
  public long handingInUnlogged(int partition) {
    TreeLog kept = handover.log();
    return kept == null ? UNNUMBERED : kept.handingInUnlogged(partition);
  }

  /** The same of a record of a tenant that is not known, or not any more. */
  public long handingInOfUnknown(int partition, int tenant) {
    TreeLog kept = handover.log();
    if (kept == null) {
      return UNNUMBERED;
    }
    return bases.mayCome(tenant) ? kept.handingInUnlogged(partition) : kept.handingIn();
  }

  /** A write has ended, well or not, and those with lower numbers have, too. */
  public void ended(long number) {
    TreeLog kept = handover.log();
    if (kept != null && number != UNNUMBERED) {
      kept.ended(number);
    }
  }

  /**
   * A record is durable now, in place of another.
   *
   * @param before what was durable; null for nothing
   * @param after what is now; null for nothing
   */
  public void changed(
      int partition, Key key, @Nullable RecordHeader before, @Nullable RecordHeader after) {
    Building now = building;
    if (now != null && now.partition == partition) {
      now.changed(key, before, after);
    }
    PartitionTrees known = trees[partition];
    if (known != null) {
      replace(partition, known, key, before, after);
    }
  }

  /** A record of a tenant that is not known, or not any more, is durable now: it is in no tree. */
  public void changedOfUnknown(int partition, int tenant) {
    if (!bases.mayCome(tenant)) {
      return;
    }
    if (building != null && building.partition == partition) {
      building.built.foundUnknown();
    }
    PartitionTrees known = trees[partition];
    if (known != null) {
      known.foundUnknown();
    }
  }

  /** What lies in a partition, or some of it, is about to be taken away. */
  public void clearing(int partition) {
    clearings[partition]++;
    doubt(partition);
  }

  /** That has ended, well or not. */
  public void cleared(int partition) {
    clearings[partition]--;
    doubt(partition);
  }

  /** A write failed: what is durable in this partition is not known any more. */
  public void doubt(int partition) {
    handover.forget(partition);
    trees[partition] = null;
    if (building != null && building.partition == partition) {
      building = null;
    }
  }

  void replace(
      int partition,
      PartitionTrees known,
      Key key,
      @Nullable RecordHeader before,
      @Nullable RecordHeader after) {
    Placements placements = bases.placements();
    Tenant tenant = placements.tenant(key.tenant());
    if (tenant != null) { // or what it had is taken away
      change.set(partition, known.promised(), tenant.model(), key, before, after);
      known.apply(placements.factor(partition, tenant), change);
    }
  }

  /** Whether a partition is being read, or waits to be. */
  public boolean isReading() {
    return building != null || !due.isEmpty();
  }

  /** Whether a crash would leave the tree of a partition; for tests. */
  boolean isOnDisk(int partition) {
    return handover.isOnDisk(partition);
  }

  /** Whether trees wait to be kept for the next start. */
  public boolean isBehind() {
    return handover.isBehind();
  }

  /** Reads on, a little at a time: so clients come first. Called a hundred times a second. */
  public void tick() {
    handover.tick();
    if (building == null) {
      build(List.copyOf(due));
    } else if (!building.reading && building.drops == 0) {
      building.readOn();
    }
  }

  /**
   * Reads those of these partitions that are not known, or have to be read again, one after the
   * other: each in its turn, for the lowest may have to be read again before the highest were. A
   * partition is not read while records are taken away from it: one that counts as nothing would be
   * dropped a second time.
   */
  public void build(List<Integer> wanted) {
    for (int partition : wanted) {
      if (trees[partition] == null) {
        due.add(partition);
      }
    }
    if (building != null || clock.nanos() - notBeforeNanos < 0) {
      return;
    }
    int next = -1;
    for (int partition : wanted) {
      boolean wanting = trees[partition] == null || due.contains(partition);
      boolean mayBeRead = clearings[partition] == 0 && !held.isDamaged(partition);
      if (wanting && mayBeRead && (next < 0 || turn(partition) < turn(next))) {
        next = partition;
      }
    }
    if (next >= 0) {
      served = next;
      Building begun = new Building(this, bases, store, held, next);
      building = begun;
      begun.lookWhoIsThere();
    }
  }

  /** How many partitions have their turn before this one. */
  private int turn(int partition) {
    return Math.floorMod(partition - served - 1, trees.length);
  }

  boolean isBuilding(Building asked) {
    return asked.equals(building);
  }

  /** A partition was read to its end. */
  void built(Building ended) {
    int partition = ended.partition;
    trees[partition] = ended.built;
    due.remove(partition);
    building = null;
    handover.built(partition);
  }

  /** A partition could not be read to its end. */
  void unreadable(Building ended, StorageFault fault) {
    if (ended.equals(building)) {
      building = null;
      notBeforeNanos = clock.nanos() + RETRY_NANOS;
      held.unreadable(ended.partition, fault);
    }
  }
}
