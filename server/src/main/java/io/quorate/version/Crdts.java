package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * Updates of a key are merged, field by field (docs/design/crdts.md). Records are {@link
 * CrdtState}s. Summaries tell whether two records are the same, and no more.
 */
final class Crdts implements RecordModel {
  /** Writers that a record may remember before a purge is worth while for it. */
  private static final int REMEMBERED = 32;

  @Override
  public boolean isOf(Record record) {
    return record.isOfFields();
  }

  @Override
  public Order compare(Summary one, Summary other) {
    return one.equals(other) ? Order.SAME : Order.CONCURRENT;
  }

  /** Versions tell nothing of what a client has seen: a session reads at QUORUM. */
  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  @Override
  public Record merge(Record left, Record right) {
    if (left.equals(right)) {
      return left;
    }
    CrdtState one = CrdtState.of(left);
    CrdtState other = CrdtState.of(right);
    CrdtState merged = one.merge(other);
    if (merged.equals(one)) {
      return left; // as of an update that is tried again
    }
    return merged.equals(other) ? right : merged.toRecord();
  }

  @Override
  public boolean decidesByHeader() {
    return false;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return CrdtState.of(left).isInConflictWith(CrdtState.of(right));
  }

  @Override
  public boolean stampsAgain() {
    return false;
  }

  @Override
  public boolean replaces(Version stamp, Version held) {
    return false;
  }

  @Override
  public @Nullable Record counted(Record held, long purged) {
    if (purged == 0) {
      return held;
    }
    CrdtState state = CrdtState.of(held);
    CrdtState counted = state.counted(purged);
    if (counted == null) {
      return null;
    }
    return counted.equals(state) ? held : counted.toRecord();
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return purged == 0 ? held : counted((Record) held, purged);
  }

  /** What writers up to the promise have counted and added, whatever else the record has. */
  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    CrdtState found = CrdtState.of((Record) counted).upTo(promised);
    return found == null ? null : found.toRecord();
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    if (record.isTombstone()) {
      return Hlc.millis(record.version().hlc());
    }
    CrdtState state = CrdtState.of((Record) record);
    if (!state.mayRememberMoreThan(REMEMBERED)) {
      return Long.MAX_VALUE;
    }
    var remembered = state.remembered();
    return remembered.size() > REMEMBERED
        ? Hlc.millis(remembered.first().openedHlc())
        : Long.MAX_VALUE;
  }

  /** All updates of writers up to the promise: others may have folded these already. */
  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return Long.compareUnsigned(fresh.version().hlc(), promised) <= 0;
  }

  @Override
  public boolean mayHandOver(long promised) {
    return promised == 0;
  }

  /** Other replicas may have folded a part of any record. */
  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return purged != 0;
  }

  @Override
  public String toString() {
    return "fields";
  }
}
