package io.quorate.version;

/**
 * Concurrent writes of a key are all kept, until a write that has seen them takes their place
 * (docs/design/siblings.md). Records are {@link SiblingSet}s; what they remember are writes that
 * are gone.
 */
final class Siblings extends MergedModel<SiblingSet> {
  @Override
  public boolean isOf(Record record) {
    return record.isOfSiblings();
  }

  @Override
  SiblingSet stateOf(Record record) {
    return SiblingSet.of(record);
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    if (record.isTombstone()) {
      return Hlc.millis(record.version().hlc());
    }
    SiblingSet set = SiblingSet.of((Record) record);
    long from = set.remembered() > REMEMBERED ? Hlc.millis(set.latest()) : Long.MAX_VALUE;
    for (Sibling sibling : set.siblings()) {
      if (sibling.expiresAtMillis() != 0) {
        from = Math.min(from, Math.max(Hlc.millis(sibling.id().hlc()), sibling.expiresAtMillis()));
      }
    }
    return from;
  }

  /** A deletion of which a purge would leave nothing; all else is kept apart by epochs. */
  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return counted(fresh, promised) == null;
  }

  @Override
  public String toString() {
    return "siblings";
  }
}
