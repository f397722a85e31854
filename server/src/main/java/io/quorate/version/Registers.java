package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * Keys are registers that proposers agree on, ballot by ballot (docs/design/linearizable.md). A
 * record is what an acceptor has accepted, and the one with the higher ballot takes the place of
 * the other, whole.
 *
 * <p>What an acceptor has promised lies in the same record on its disk. It is the acceptor's alone:
 * {@link #counted} leaves it out, and so it is neither hashed, compared nor sent.
 */
final class Registers implements RecordModel {
  @Override
  public boolean isOf(Record record) {
    return record.isOfRegister() && !record.hasPromise() && !Record.isOfNothing(record);
  }

  @Override
  public Order compare(Summary one, Summary other) {
    return LastWriteWins.byVersion(one, other);
  }

  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  @Override
  public Record merge(Record left, Record right) {
    return LastWriteWins.isLater(left, right) ? left : right;
  }

  /** What has been promised lies in the record. */
  @Override
  public boolean decidesByHeader() {
    return false;
  }

  @Override
  public boolean takesPlaceOf(RecordHeader held, Record arriving) {
    return false;
  }

  /** A proposer has one register accepted by a ballot, and no two have the same ballot. */
  @Override
  public boolean areInConflict(Record left, Record right) {
    return LAST_WRITE_WINS.areInConflict(left, right);
  }

  @Override
  public boolean hasRanks() {
    return false;
  }

  @Override
  public boolean hasMoments() {
    return false;
  }

  @Override
  public boolean stampsAgain() {
    return false;
  }

  @Override
  public boolean replaces(Version stamp, Version held) {
    return stamp.isAfter(held);
  }

  @Override
  public @Nullable Record counted(Record held, long purged) {
    return isGone(held, purged) ? null : held.withoutPromise();
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    return held instanceof Record record
        ? counted(record, purged)
        : isGone(held, purged) ? null : held;
  }

  private static boolean isGone(RecordHeader held, long purged) {
    return Record.isOfNothing(held) || PurgeRule.isGone(held, purged);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Every deletion: it goes if all replicas have accepted it by the same ballot.
   */
  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    return counted.isTombstone() && PurgeRule.isUpTo(counted, promised) ? counted : null;
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    return PurgeRule.purgeableFromMillis(record);
  }

  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return PurgeRule.isUpTo(fresh, promised);
  }

  /**
   * {@inheritDoc}
   *
   * <p>What was accepted under an earlier epoch may have a later time than the deletion that took
   * its place, and was purged.
   */
  @Override
  public boolean mayHandOver(long promised) {
    return promised == 0;
  }

  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return purged != 0;
  }

  @Override
  public String toString() {
    return "linearizable";
  }
}
