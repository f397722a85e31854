package io.quorate.replication.tree;

import io.quorate.model.Key;
import io.quorate.placement.Tenant;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.RecordHeader;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One partition while it is read, to build its trees; see {@link Trees}. */
final class Building implements RecordStore.ScanCallback {
  /** No more is read in one turn, of all tenants together. */
  private static final int TURN_RECORDS = 500;

  private static final int TURN_BYTES = 256 << 10;

  /** To find where a tenant's records begin takes the disk as long as to read this number. */
  private static final int RECORDS_OF_A_SEEK = 10;

  private final Trees trees;
  private final Bases bases;
  private final RecordStore store;
  private final Trees.Held held;
  final int partition;

  /**
   * Keys that changed before they were read, as they are now: what is read of them may be old or
   * new. Ordered, so that a simulation repeats.
   */
  private final TreeMap<Key, RecordHeader> changed = new TreeMap<>();

  /** Whether the disk has been asked for a page. */
  boolean reading;

  /** Records being dropped; the next page is read when they are gone. */
  int drops;

  final PartitionTrees built;
  private final PagedReading<Tenant> pages;

  /** What may still be read in this turn. */
  private int recordsLeft;

  private int bytesLeft;

  Building(Trees trees, Bases bases, RecordStore store, Trees.Held held, int partition) {
    this.trees = trees;
    this.bases = bases;
    this.store = store;
    this.held = held;
    this.partition = partition;
    this.built = new PartitionTrees(bases.marks(partition));
    this.pages =
        new PagedReading<>(
            bases.placements().tenants().values().stream()
                .sorted(Comparator.comparingInt(Tenant::id))
                .toList());
  }

  void changed(Key key, @Nullable RecordHeader before, @Nullable RecordHeader after) {
    if (isRead(key)) {
      trees.replace(partition, built, key, before, after);
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
          if (!trees.isBuilding(this)) {
            return; // it was given up meanwhile
          }
          if (found == null || found.stream().anyMatch(bases::mayCome)) {
            built.foundUnknown();
          }
          if (found != null) {
            // What comes to the others meanwhile is told as a change.
            Set<Integer> there = Set.copyOf(found);
            pages.leaveOut(tenant -> !there.contains(tenant.id()));
          }
          readOn();
        });
  }

  /** Reads what one turn allows. */
  void readOn() {
    recordsLeft = TURN_RECORDS;
    bytesLeft = TURN_BYTES;
    readPage();
  }

  private void readPage() {
    Tenant tenant = pages.tenant();
    if (tenant == null) {
      finish();
      return;
    }
    reading = true;
    store.scan(pages.next(partition, tenant.id(), recordsLeft, bytesLeft), this);
  }

  @Override
  public void page(RecordStore.Page page) {
    reading = false;
    if (!trees.isBuilding(this)) {
      return; // it was given up meanwhile
    }
    for (RecordStore.Entry entry : page.entries()) {
      if (!changed.containsKey(entry.key())) {
        // The disk may show a record before its write was reported: that is still to come.
        RecordHeader told = held.reported(partition, entry.key(), entry.record());
        trees.replace(partition, built, entry.key(), null, told);
      }
    }
    pages.turn(page);
    dropFrom(page);
    recordsLeft -= Math.max(page.entries().size(), RECORDS_OF_A_SEEK);
    bytesLeft -= bytes(page);
    if (recordsLeft > 0 && bytesLeft > 0 && drops == 0 && trees.isBuilding(this)) {
      readPage();
    }
  }

  private static int bytes(RecordStore.Page page) {
    int sum = 0;
    for (RecordStore.Entry entry : page.entries()) {
      sum += entry.key().bytes().length + entry.record().bytes().length;
    }
    return sum;
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
    changed.forEach((key, record) -> trees.replace(partition, built, key, null, record));
    trees.built(this);
  }

  @Override
  public void failed(StorageFault fault) {
    trees.unreadable(this, fault);
  }
}
