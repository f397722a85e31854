package io.quorate.sim.mutant;

import io.quorate.model.Key;
import io.quorate.runtime.Lane;
import io.quorate.sim.cluster.PassingRecords;
import io.quorate.sim.cluster.PassingStorage;
import io.quorate.storage.RecordStore;
import io.quorate.storage.Storage;
import io.quorate.storage.StorageFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk whose pages do not join: its reader sees a partition as if it went on at a wrong key. Hash
 * trees, hand-overs, copies, sweeps and scans are all read so.
 */
record HastyStorage(Storage real, Haste haste) implements PassingStorage {
  /** What is wrong where a reading goes on. */
  enum Haste {
    /** The first key after a page is passed over. */
    PASSES_OVER_A_KEY,
    /** The last key of a page is read again. */
    READS_A_KEY_TWICE
  }

  @Override
  public RecordStore records(Lane lane) {
    return new HastyRecords(real.records(lane), haste);
  }

  /** Entries are those of the real disk, but where a reading goes on. */
  private static final class HastyRecords implements PassingRecords {
    private final RecordStore real;
    private final Haste haste;

    /** The last entry of the last page that was not the last one of its range. */
    private @Nullable Entry last;

    HastyRecords(RecordStore real, Haste haste) {
      this.real = real;
      this.haste = haste;
    }

    @Override
    public RecordStore real() {
      return real;
    }

    @Override
    public void scan(Range range, ScanCallback callback) {
      real.scan(
          range,
          new ScanCallback() {
            @Override
            public void page(Page page) {
              callback.page(joined(range, page));
            }

            @Override
            public void failed(StorageFault fault) {
              callback.failed(fault);
            }
          });
    }

    private Page joined(Range range, Page page) {
      Entry before = last;
      last = page.complete() ? null : page.entries().getLast();
      if (range.after().length == 0 || page.entries().isEmpty()) {
        return page;
      }
      List<Entry> entries = new ArrayList<>(page.entries());
      switch (haste) {
        case PASSES_OVER_A_KEY -> {
          if (entries.size() > 1 || page.complete()) { // a page that goes on has to end somewhere
            entries.removeFirst();
          }
        }
        case READS_A_KEY_TWICE -> {
          Key after = new Key(range.tenant(), range.after());
          if (before != null && before.key().equals(after)) {
            entries.addFirst(before);
          }
        }
      }
      return new Page(entries, page.complete());
    }
  }
}
