package io.quorate.replication.replica;

import io.quorate.placement.Placements;
import io.quorate.placement.Tenant;
import io.quorate.storage.RecordStore;
import io.quorate.storage.StorageFault;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.function.Consumer;

/** One reading of all that lies in a partition, to know whether it can be read. */
final class Rereading implements RecordStore.ScanCallback {
  private static final int PAGE_RECORDS = 2_000;
  private static final int PAGE_BYTES = 1 << 20;
  private static final byte[] FROM_THE_START = {};

  private final RecordStore store;
  private final int partition;
  private final Deque<Integer> tenants;
  private final Consumer<Boolean> callback;
  private byte[] after = FROM_THE_START;

  Rereading(RecordStore store, int partition, Placements placements, Consumer<Boolean> callback) {
    this.store = store;
    this.partition = partition;
    this.callback = callback;
    this.tenants =
        new ArrayDeque<>(
            placements.tenants().values().stream()
                .map(Tenant::id)
                .sorted(Comparator.naturalOrder())
                .toList());
  }

  void readOn() {
    Integer tenant = tenants.peek();
    if (tenant == null) {
      callback.accept(true);
    } else {
      store.scan(
          new RecordStore.Range(partition, tenant, FROM_THE_START, after, PAGE_RECORDS, PAGE_BYTES),
          this);
    }
  }

  @Override
  public void page(RecordStore.Page page) {
    if (page.complete()) {
      tenants.remove();
      after = FROM_THE_START;
    } else {
      after = page.entries().getLast().key().bytes();
    }
    readOn();
  }

  @Override
  public void failed(StorageFault fault) {
    callback.accept(false);
  }
}
