package io.quorate.storage.memory;

import io.quorate.storage.RecordStore.Range;
import io.quorate.version.Record;
import java.util.NavigableMap;
import java.util.Set;

/** What was durable on a disk at one moment, shared by all images of that moment. */
final class FixedRecords {
  private final MemoryDisk disk;
  private final NavigableMap<Place, Record> records;
  private final NavigableMap<KeptAt, Record> kept;

  /** What could not be read then. */
  private final Set<Place> corrupt;

  private final int rewritten;
  private final int mended;

  /**
   * @param records not changed any more, nor are {@code kept} and {@code corrupt}
   */
  FixedRecords(
      MemoryDisk disk,
      NavigableMap<Place, Record> records,
      NavigableMap<KeptAt, Record> kept,
      Set<Place> corrupt) {
    this.disk = disk;
    this.records = records;
    this.kept = kept;
    this.corrupt = corrupt;
    this.rewritten = disk.rewritten();
    this.mended = disk.mended();
  }

  /** Whether a real disk would not have it any more: the files that it was in are gone. */
  boolean isGone() {
    return disk.rewritten() != rewritten;
  }

  Walk walk(Range page) {
    return Walk.over(records, this::isCorrupt, page, disk.pageMax());
  }

  Walk walk(Range page, long asOf) {
    return new HistoryWalk(records, kept, this::isCorrupt, page, asOf).run(disk.pageMax());
  }

  private boolean isCorrupt(Place place) {
    boolean wasThen = disk.mended() == mended && corrupt.contains(place);
    return wasThen || disk.isCorrupt(place);
  }
}
