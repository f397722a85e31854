package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * Concurrent writes of a key are all kept, until a write that has seen them takes their place
 * (docs/design/siblings.md). Records are {@link SiblingSet}s. Summaries tell whether two records
 * are the same, and no more.
 */
final class Siblings implements RecordModel {
  /** What a record may remember of writes that are gone before a purge is worth while for it. */
  private static final int REMEMBERED = 32;

  @Override
  public boolean isOf(Record record) {
    return record.isOfSiblings();
  }

  @Override
  public Order compare(Summary one, Summary other) {
    return one.equals(other) ? Order.SAME : Order.CONCURRENT;
  }

  /** Clients read and write at QUORUM, so they never have seen more than a read finds. */
  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  @Override
  public Record merge(Record left, Record right) {
    if (left.equals(right)) {
      return left;
    }
    SiblingSet one = SiblingSet.of(left);
    SiblingSet other = SiblingSet.of(right);
    SiblingSet merged = one.merge(other);
    if (merged.equals(other)) {
      return right; // as of a write that was made of what is held here
    }
    return merged.equals(one) ? left : merged.toRecord();
  }

  @Override
  public boolean decidesByHeader() {
    return false;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return SiblingSet.of(left).isInConflictWith(SiblingSet.of(right));
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
    SiblingSet set = SiblingSet.of(held);
    SiblingSet counted = set.counted(purged);
    if (counted == null) {
      return null;
    }
    return counted.equals(set) ? held : counted.toRecord();
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return purged == 0 ? held : counted((Record) held, purged);
  }

  /**
   * The siblings of writes up to the promise, whatever else the record has: a newer write at one
   * replica says nothing of an older one that it lacks.
   */
  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    SiblingSet found = SiblingSet.of((Record) counted).siblingsUpTo(promised);
    return found == null ? null : found.toRecord();
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
  public boolean mayHandOver(long promised) {
    return promised == 0;
  }

  /** Other replicas may have purged a part of any record. */
  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return purged != 0;
  }

  @Override
  public String toString() {
    return "siblings";
  }
}
