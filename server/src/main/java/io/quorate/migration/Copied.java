package io.quorate.migration;

import io.quorate.migration.MoveReport.Standing;
import java.util.Collection;

/** A sum of what nodes have copied. */
final class Copied {
  private long records;
  private long bytes;
  private long skipped;

  void add(Collection<Standing> standings) {
    for (Standing standing : standings) {
      records += standing.records();
      bytes += standing.bytes();
      skipped += standing.skipped();
    }
  }

  Copied copy() {
    Copied copy = new Copied();
    copy.records = records;
    copy.bytes = bytes;
    copy.skipped = skipped;
    return copy;
  }

  void clear() {
    records = 0;
    bytes = 0;
    skipped = 0;
  }

  long records() {
    return records;
  }

  long bytes() {
    return bytes;
  }

  long skipped() {
    return skipped;
  }
}
