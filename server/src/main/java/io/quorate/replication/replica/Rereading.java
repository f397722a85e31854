package io.quorate.replication.replica;

import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.storage.PagedReading;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.Comparator;
import java.util.function.Consumer;

/** One reading of all that lies in a partition, to know whether it can be read. */
final class Rereading implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 2_000;
  private static final int PAGE_BYTES = 1 << 20;

  private final RecordStore store;
  private final int partition;
  private final PagedReading<Integer> pages;
  private final Consumer<Boolean> callback;

  Rereading(RecordStore store, int partition, Placements placements, Consumer<Boolean> callback) {
    this.store = store;
    this.partition = partition;
    this.callback = callback;
    this.pages =
        new PagedReading<>(
            placements.tenants().values().stream()
                .map(Tenant::id)
                .sorted(Comparator.naturalOrder())
                .toList());
  }

  void readOn() {
    Integer tenant = pages.tenant();
    if (tenant == null) {
      callback.accept(true);
    } else {
      store.scan(pages.next(partition, tenant, PAGE_RECORDS, PAGE_BYTES), this);
    }
  }

  @Override
  public void page(RecordStore.Page page) {
    pages.turn(page);
    readOn();
  }

  @Override
  public void failed(StorageFault fault) {
    callback.accept(false);
  }
}
