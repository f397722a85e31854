package io.quorate.version;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The record with the greater version wins, whole. Versions are ordered totally, so of two records
 * one always has everything that counts.
 *
 * <p>Two records of one version differ only if two processes stamp as one node. Then the one with
 * the greater hash wins, on all replicas alike; which one that is means nothing. Should even their
 * hashes be equal, their bytes decide.
 */
final class LastWriteWins implements RecordModel {
  @Override
  public boolean isOf(Record record) {
    return record.isOfOneValue();
  }

  @Override
  public Order compare(Summary one, Summary other) {
    int byVersion = one.version().compareTo(other.version());
    return Order.of(byVersion != 0 ? byVersion : Long.compareUnsigned(one.hash(), other.hash()));
  }

  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  @Override
  public boolean replaces(Version stamp, Version held) {
    return stamp.isAfter(held);
  }

  @Override
  public Record merge(Record left, Record right) {
    int order = left.version().compareTo(right.version());
    if (order == 0 && !Arrays.equals(left.bytes(), right.bytes())) {
      int byHash = Long.compareUnsigned(left.contentHash(), right.contentHash());
      order = byHash != 0 ? byHash : Arrays.compareUnsigned(left.bytes(), right.bytes());
    }
    return order >= 0 ? left : right;
  }

  @Override
  public boolean decidesByHeader() {
    return true;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return left.version().equals(right.version()) && !Arrays.equals(left.bytes(), right.bytes());
  }

  @Override
  public boolean stampsAgain() {
    return true;
  }

  @Override
  public @Nullable Record counted(Record held, long purged) {
    return PurgeRule.isGone(held, purged) ? null : held;
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return PurgeRule.isGone(held, purged) ? null : held;
  }

  /** Deleted or not: a value that only some replicas hold would make their reports differ. */
  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    return PurgeRule.isUpTo(counted, promised) ? counted : null;
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    return PurgeRule.purgeableFromMillis(record);
  }

  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return PurgeRule.isUpTo(fresh, promised);
  }

  @Override
  public boolean mayHandOver(long promised) {
    return true;
  }

  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return PurgeRule.isUpTo(kept, purged);
  }

  @Override
  public String toString() {
    return "last write wins";
  }
}
