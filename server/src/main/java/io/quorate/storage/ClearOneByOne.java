package io.quorate.storage;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Takes away what some tenants have in a partition of a store that has no better way. */
final class ClearOneByOne implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 500;
  private static final int PAGE_BYTES = 256 << 10;

  private final RecordStore store;
  private final int partition;
  private final PagedReading<Integer> pages;
  private final RecordStore.PutCallback durable;
  private @Nullable StorageFault fault;

  /** Whose history has been taken away, with its mark: before records that are not kept. */
  private @Nullable Integer withoutHistory;

  /** Of the page under way. */
  private int awaited;

  ClearOneByOne(
      RecordStore store,
      int partition,
      Collection<Integer> tenants,
      RecordStore.PutCallback durable) {
    this.store = store;
    this.partition = partition;
    this.pages = new PagedReading<>(tenants);
    this.durable = durable;
  }

  void readOn() {
    Integer tenant = pages.tenant();
    if (fault != null) {
      durable.failed(fault);
    } else if (tenant == null) {
      durable.stored();
    } else if (!tenant.equals(withoutHistory)) {
      clearHistory(tenant);
    } else {
      store.scan(pages.next(partition, tenant, PAGE_RECORDS, PAGE_BYTES), this);
    }
  }

  private void clearHistory(int tenant) {
    withoutHistory = tenant;
    awaited = 1;
    store.history().clear(new HistoryStore.Place(partition, tenant), new One());
  }

  @Override
  public void page(RecordStore.Page page) {
    pages.turn(page);
    // One more than there are, so that it cannot end before all have been handed in.
    awaited = 1 + page.entries().size();
    page.entries().forEach(entry -> store.remove(partition, entry.key(), new One()));
    oneEnded();
  }

  private void oneEnded() {
    awaited--;
    if (awaited == 0) {
      readOn();
    }
  }

  @Override
  public void failed(StorageFault why) {
    durable.failed(why);
  }

  /** One record on its way off the disk. */
  private final class One implements RecordStore.PutCallback {
    @Override
    public void stored() {
      oneEnded();
    }

    @Override
    public void failed(StorageFault why) {
      fault = why;
      oneEnded();
    }
  }
}
