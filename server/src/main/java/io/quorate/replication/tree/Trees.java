package io.quorate.replication.tree;

import io.quorate.event.Event;
import io.quorate.model.Key;
import io.quorate.placement.Factor;
import io.quorate.placement.Placements;
import io.quorate.placement.PurgeMarks;
import io.quorate.placement.Tenant;
import io.quorate.runtime.Clock;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.storage.TreeStore;
import io.quorate.version.Record;
import io.quorate.version.RecordHeader;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
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
 * <p>A node that stops in order leaves its trees to its next start; see {@link LeftTree}.
 */
public final class Trees {
  private static final int PAGE_RECORDS = 500;
  private static final int PAGE_BYTES = 256 << 10;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final RecordStore store;
  private final Held held;
  private final Clock clock;
  private Placements placements;

  /** By partition; null for one that is not known. An array, for each write looks here. */
  private final @Nullable PartitionTrees[] trees;

  /** By partition, where there are any: those of the epoch served. */
  private final TreeMap<Integer, PurgeMarks> marks = new TreeMap<>();

  /** Partitions to be read again, since their marks have changed. */
  private final TreeSet<Integer> due = new TreeSet<>();

  /** The partition that is being read; null while none is. */
  private @Nullable Building building;

  /** The next one begins no earlier, for the disk failed lately. */
  private long notBeforeNanos;

  /** The start of the node that these trees live in; null if nothing is known of others. */
  private @Nullable Life life;

  /** Partitions of which an earlier start left a tree that may not be true any more. */
  private final TreeSet<Integer> outlived = new TreeSet<>();

  /** One start of the node, and where trees go from one to the next. */
  private record Life(TreeStore left, int boot, Consumer<Event> events) {}

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
    this.placements = placements;
    this.trees = new PartitionTrees[placements.partitions().size()];
    this.notBeforeNanos = clock.nanos();
  }

  /**
   * Takes up the trees that the last start left, as far as they are true: those partitions need not
   * be read. Called before any write.
   *
   * @param boot number of this start, counted durably before
   */
  public void resume(TreeStore left, int boot, Consumer<Event> events) {
    life = new Life(left, boot, events);
    left.load()
        .forEach(
            (partition, bytes) -> {
              LeftTree tree = LeftTree.read(bytes);
              if (tree == null || partition >= placements.partitions().size()) {
                return; // of another version, or another cluster
              }
              if (!held.trusts(tree.boot(), boot)) {
                outlived.add(partition);
              } else if (tree.basis().equals(basis(partition))) {
                trees[partition] = tree.trees();
                due.remove(partition);
                events.accept(TreeEvent.Window.TREE_KEPT_OVER_RESTART);
              }
            });
  }

  /**
   * Leaves to the next start what is known. The last thing that the node does, so that it stays
   * true: nothing can be written afterwards.
   */
  public void leave() {
    Life ending = life;
    if (ending == null || !LeftTree.isLeftAt(placements.clusterVersion())) {
      return;
    }
    Map<Integer, byte[]> left = new TreeMap<>();
    for (int partition = 0; partition < trees.length; partition++) {
      PartitionTrees known = trees[partition];
      if (known != null
          && !known.isByRegion()
          && !known.hasUnknown()
          && !due.contains(partition)
          && !held.isWriting(partition)) {
        left.put(partition, new LeftTree(ending.boot(), basis(partition), known).bytes());
      }
    }
    ending.left().leave(left);
  }

  private LeftTree.Basis basis(int partition) {
    long factorsHash = 0;
    for (Map.Entry<Integer, Factor> each : factors(placements, partition).entrySet()) {
      factorsHash = RecordHash.mix(factorsHash + each.getKey());
      factorsHash = RecordHash.mix(factorsHash + each.getValue().from().replicas());
      factorsHash = RecordHash.mix(factorsHash + each.getValue().to().replicas());
    }
    PurgeMarks served = marks.getOrDefault(partition, PurgeMarks.NONE);
    return new LeftTree.Basis(placements.epoch(partition), factorsHash, served);
  }

  /**
   * Tenants of other factors have other trees, and what a tenant has that comes or goes is to be in
   * one of them, or in none: partitions of which that is so are read again, and no others, for most
   * tenants that come have nothing anywhere.
   */
  public void placementsChanged(Placements next) {
    Placements before = placements;
    placements = next;
    TenantsBefore tenants = new TenantsBefore(before, next);
    for (int partition = 0; partition < trees.length; partition++) {
      PartitionTrees known = trees[partition];
      if (known != null && (!tenants.haveSameFactors(partition) || tenants.concern(known))) {
        trees[partition] = null;
      }
    }
    if (building != null && !(tenants.areSame() && tenants.haveSameFactors(building.partition))) {
      building = null; // it reads the tenants that there were when it began
    }
  }

  private static Map<Integer, Factor> factors(Placements placements, int partition) {
    Map<Integer, Factor> byTenant = new TreeMap<>();
    for (Tenant tenant : placements.tenants().values()) {
      byTenant.put(tenant.id(), placements.factor(partition, tenant));
    }
    return byTenant;
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
    PurgeMarks before = marks.getOrDefault(partition, PurgeMarks.NONE);
    marks.put(partition, next);
    if (before.purged() != next.purged()) {
      doubt(partition);
    } else if (building != null && building.partition == partition) {
      building = null;
    }
    due.add(partition);
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
    if (!mayCome(tenant)) {
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

  /** Whether a tenant is not known, and may still be. */
  private boolean mayCome(int tenant) {
    return placements.tenant(tenant) == null && !placements.tenants().dropped().contains(tenant);
  }

  /** A write failed: what is durable in this partition is not known any more. */
  public void doubt(int partition) {
    trees[partition] = null;
    if (building != null && building.partition == partition) {
      building = null;
    }
  }

  private void replace(
      int partition,
      PartitionTrees known,
      Key key,
      @Nullable RecordHeader before,
      @Nullable RecordHeader after) {
    Tenant tenant = placements.tenant(key.tenant());
    if (tenant != null) { // or what it had is taken away
      known.replace(placements.factor(partition, tenant), tenant.model(), key, before, after);
    }
  }

  /** Whether a partition is being read, or waits to be. */
  public boolean isReading() {
    return building != null || !due.isEmpty();
  }

  /** Reads on, a page at a time: so clients come first. Called a hundred times a second. */
  public void tick() {
    if (building == null) {
      build(List.copyOf(due));
    } else if (!building.reading && building.drops == 0) {
      building.readOn();
    }
  }

  /** Reads those of these partitions that are not known, one after the other. */
  public void build(List<Integer> wanted) {
    for (int partition : wanted) {
      if (trees[partition] == null) {
        due.add(partition);
      }
    }
    if (building != null || clock.nanos() - notBeforeNanos < 0) {
      return;
    }
    for (int partition : wanted) {
      boolean wanting = trees[partition] == null || due.contains(partition);
      if (wanting && !held.isDamaged(partition)) {
        Building begun = new Building(partition, placements);
        building = begun;
        begun.lookWhoIsThere();
        return;
      }
    }
  }

  /** One partition while it is read. */
  private final class Building implements RecordStore.ScanCallback {
    final int partition;

    /**
     * Keys that changed before they were read, as they are now: what is read of them may be old or
     * new. Ordered, so that a simulation repeats.
     */
    private final TreeMap<Key, RecordHeader> changed = new TreeMap<>();

    /** Whether the disk has been asked for a page. */
    private boolean reading;

    /** Records being dropped; the next page is read when they are gone. */
    private int drops;

    private final PartitionTrees built;
    private final PagedReading<Tenant> pages;

    Building(int partition, Placements placements) {
      this.partition = partition;
      this.built = new PartitionTrees(marks.getOrDefault(partition, PurgeMarks.NONE));
      this.pages =
          new PagedReading<>(
              placements.tenants().values().stream()
                  .sorted(Comparator.comparingInt(Tenant::id))
                  .toList());
    }

    void changed(Key key, @Nullable RecordHeader before, @Nullable RecordHeader after) {
      if (isRead(key)) {
        replace(partition, built, key, before, after);
      } else {
        changed.put(key, after);
      }
    }

    private boolean isRead(Key key) {
      Tenant reading = pages.tenant();
      return reading == null
          || key.tenant() < reading.id()
          || (key.tenant() == reading.id() && pages.isPast(key));
    }

    /** An earlier start may have taken records of tenants that this one has yet to hear of. */
    void lookWhoIsThere() {
      reading = true;
      store.tenants(
          partition,
          found -> {
            if (building != this) {
              return; // it was given up meanwhile
            }
            if (found == null || found.stream().anyMatch(Trees.this::mayCome)) {
              built.foundUnknown();
            }
            readOn();
          });
    }

    void readOn() {
      Tenant tenant = pages.tenant();
      if (tenant == null) {
        finish();
        return;
      }
      reading = true;
      store.scan(pages.next(partition, tenant.id(), PAGE_RECORDS, PAGE_BYTES), this);
    }

    @Override
    public void page(RecordStore.Page page) {
      reading = false;
      if (building != this) {
        return; // it was given up meanwhile
      }
      for (RecordStore.Entry entry : page.entries()) {
        if (!changed.containsKey(entry.key())) {
          // The disk may show a record before its write was reported: that is still to come.
          RecordHeader told = held.reported(partition, entry.key(), entry.record());
          replace(partition, built, entry.key(), null, told);
        }
      }
      pages.turn(page);
      dropFrom(page);
    }

    private void dropFrom(RecordStore.Page page) {
      List<Key> kept =
          page.entries().stream()
              .filter(entry -> held.mayDrop(partition, entry.key(), entry.record()))
              .map(RecordStore.Entry::key)
              .toList();
      drops = kept.size();
      kept.forEach(key -> held.drop(partition, key, () -> drops--));
    }

    private void finish() {
      changed.forEach((key, record) -> replace(partition, built, key, null, record));
      trees[partition] = built;
      due.remove(partition);
      building = null;
      if (life != null && outlived.remove(partition)) {
        life.events().accept(TreeEvent.Window.TREE_REBUILT_AFTER_CRASH);
      }
    }

    @Override
    public void failed(StorageFault fault) {
      if (building == this) {
        building = null;
        notBeforeNanos = clock.nanos() + RETRY_NANOS;
        held.unreadable(partition, fault);
      }
    }
  }
}
