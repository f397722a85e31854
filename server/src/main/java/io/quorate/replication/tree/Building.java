package io.quorate.replication.tree;

import io.quorate.model.Key;
import io.quorate.placement.Tenant;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.RecordHeader;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One partition while it is read, to build its trees; see {@link Trees}. */
final class Building implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 500;
  private static final int PAGE_BYTES = 256 << 10;

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
