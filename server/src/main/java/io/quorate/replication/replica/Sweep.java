package io.quorate.replication.replica;

import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import io.quorate.version.Record;
import io.quorate.version.RecordModel;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what lies in one partition up to a mark, of some tenants, page by page: what was kept
 * from a time when this node was a replica, and may have been purged by the others since
 * (docs/design/purge.md#f9). Whatever of it should live lies at all replicas, and comes back from
 * them.
 */
final class Sweep implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 500;
  private static final int PAGE_BYTES = 256 << 10;

  private final RecordStore store;
  private final Merging merging;
  private final int partition;
  private final long mark;
  private final PagedReading<Integer> pages;
  private final IntFunction<RecordModel> models;
  private final IntPredicate mayGo;
  private final Consumer<Ended> callback;

  /** Of the page under way. */
  private int awaited;

  private int dropped;
  private boolean failed;

  /**
   * How it came to its end.
   *
   * @param dropped records that are gone
   * @param fault why the disk could not be read to the end; null if it could
   * @param complete whether nothing is left
   */
  record Ended(int dropped, @Nullable StorageFault fault, boolean complete) {}

  /**
   * @param models of the tenants' records
   * @param mayGo whether what a tenant has may still be taken away, when it comes to that
   */
  Sweep(
      RecordStore store,
      Merging merging,
      int partition,
      long mark,
      Collection<Integer> tenants,
      IntFunction<RecordModel> models,
      IntPredicate mayGo,
      Consumer<Ended> callback) {
    this.store = store;
    this.merging = merging;
    this.partition = partition;
    this.mark = mark;
    this.pages = new PagedReading<>(tenants);
    this.models = models;
    this.mayGo = mayGo;
    this.callback = callback;
  }

  void readOn() {
    Integer tenant = pages.tenant();
    if (tenant == null || mark == 0) {
      callback.accept(new Ended(dropped, null, !failed));
      return;
    }
    store.scan(pages.next(partition, tenant, PAGE_RECORDS, PAGE_BYTES), this);
  }

  @Override
  public void page(RecordStore.Page page) {
    pages.turn(page);
    List<RecordStore.Entry> left =
        page.entries().stream()
            .filter(entry -> isLeft(entry.key().tenant(), entry.record()))
            .toList();
    awaited = left.size() + 1;
    for (RecordStore.Entry entry : left) {
      int tenant = entry.key().tenant();
      merging.sweep(
          partition, entry.key(), held -> isLeft(tenant, held) && mayGo.test(tenant), this::ended);
    }
    oneEnded(); // the page itself
  }

  private boolean isLeft(int tenant, Record record) {
    return models.apply(tenant).isLeftover(record, mark);
  }

  private void ended(RecordDrop.Outcome outcome) {
    dropped += outcome == RecordDrop.Outcome.GONE ? 1 : 0;
    failed |= outcome == RecordDrop.Outcome.FAILED;
    oneEnded();
  }

  private void oneEnded() {
    awaited--;
    if (awaited == 0) {
      readOn();
    }
  }

  @Override
  public void failed(StorageFault fault) {
    callback.accept(new Ended(dropped, fault, false));
  }
}
