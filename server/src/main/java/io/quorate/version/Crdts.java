package io.quorate.version;

/**
 * Updates of a key are merged, field by field (docs/design/crdts.md). Records are {@link
 * CrdtState}s; what they remember are writers.
 */
final class Crdts extends MergedModel<CrdtState> {
  @Override
  public boolean isOf(Record record) {
    return record.isOfFields();
  }

  @Override
  CrdtState stateOf(Record record) {
    return CrdtState.of(record);
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
  public String toString() {
    return "fields";
  }
}
