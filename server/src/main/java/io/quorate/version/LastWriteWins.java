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
 *
 * <p>A mark (docs/design/fencing.md#mark) stands before all that is below it, whatever comes first:
 * of two records with marks the higher mark stays, and the later of what lies under them. A record
 * that is not below the mark takes its place, the one of the mark's own version included: that is
 * what was raised. So records and marks are merged each by their maximum.
 *
 * <p>So are the {@link Record#latestTime} of records: one with a rank may be above another one that
 * has a later time.
 */
final class LastWriteWins implements RecordModel {
  @Override
  public boolean isOf(Record record) {
    return record.isOfOneValue() || record.isMarked();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Nothing tells a mark from what was raised to its version, and a mark above a record may have
   * another one under it. Of a record with a rank nothing tells the latest time.
   */
  @Override
  public Order compare(Summary one, Summary other) {
    Order order = byVersion(one, other);
    if (order == Order.SAME || (one.version().rank() == 0 && other.version().rank() == 0)) {
      return order;
    }
    Version higher = order == Order.BEHIND ? other.version() : one.version();
    Version lower = order == Order.BEHIND ? one.version() : other.version();
    return lower.rank() == 0 && isAfterAll(higher, Hlc.shown(lower.hlc()))
        ? order
        : Order.CONCURRENT;
  }

  /** Whether a version tells that it is no mark, and later than all of another record. */
  private static boolean isAfterAll(Version higher, long latestTime) {
    return !FenceRank.isRaised(higher.rank())
        && Long.compareUnsigned(Hlc.shown(higher.hlc()), latestTime) >= 0;
  }

  @Override
  public boolean takesPlaceOf(RecordHeader held, Record arriving) {
    return arriving.version().isAfter(held.version())
        && (arriving.version().rank() == 0 || isAfterAll(arriving.version(), held.latestTime()));
  }

  /** How records without marks compare. */
  static Order byVersion(Summary one, Summary other) {
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
    if (!left.isMarked() && !right.isMarked()) {
      return later(left, right);
    }
    if (left.equals(right)) {
      return left;
    }
    Record record = laterOrOnly(left.unmarked(), right.unmarked());
    Version mark = later(markOf(left), markOf(right));
    if (record != null && (mark == null || !mark.isAfter(record.version()))) {
      return record;
    }
    if (mark == null) {
      throw new IllegalStateException("neither a mark nor a record");
    }
    Record merged = Record.marked(mark, record);
    return merged.equals(left) ? left : merged.equals(right) ? right : merged;
  }

  private static @Nullable Version markOf(Record record) {
    return record.isMarked() ? record.version() : null;
  }

  private static @Nullable Version later(@Nullable Version one, @Nullable Version other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Version.later(one, other);
  }

  private static @Nullable Record laterOrOnly(@Nullable Record one, @Nullable Record other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return later(one, other);
  }

  private static Record later(Record left, Record right) {
    return isLater(left.asWritten(), right.asWritten())
        ? left.afterAll(right.latestTime())
        : right.afterAll(left.latestTime());
  }

  /** Whether the first of two records without a latest time of others wins. */
  static boolean isLater(Record left, Record right) {
    int order = left.version().compareTo(right.version());
    if (order == 0 && !Arrays.equals(left.bytes(), right.bytes())) {
      int byHash = Long.compareUnsigned(left.contentHash(), right.contentHash());
      order = byHash != 0 ? byHash : Arrays.compareUnsigned(left.bytes(), right.bytes());
    }
    return order >= 0;
  }

  @Override
  public boolean decidesByHeader() {
    return true;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return left.version().equals(right.version())
        && !left.isMarked()
        && !right.isMarked()
        && !left.asWritten().equals(right.asWritten());
  }

  @Override
  public boolean stampsAgain() {
    return true;
  }

  @Override
  public boolean hasRanks() {
    return true;
  }

  @Override
  public boolean hasMoments() {
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

  /**
   * {@inheritDoc}
   *
   * <p>What was written under a lock, or above what was, may be below a deletion under a later
   * token that is purged, though it has a later time (docs/design/fencing.md#leftovers).
   */
  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return PurgeRule.isUpTo(kept, purged) || (purged != 0 && kept.version().rank() != 0);
  }

  @Override
  public String toString() {
    return "last write wins";
  }
}
