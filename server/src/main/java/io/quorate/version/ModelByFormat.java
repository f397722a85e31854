package io.quorate.version;

import org.jspecify.annotations.Nullable;

/**
 * The rules for records of a tenant that a replica has not learnt of yet, and so of an unknown
 * model. Each record is of the model that its format tells; of what is compared without a record it
 * is known only whether it is the same.
 */
final class ModelByFormat implements RecordModel {
  private static RecordModel of(Record record) {
    return switch (record.format()) {
      case ONE_VALUE, MARKED -> LAST_WRITE_WINS;
      case SIBLINGS -> SIBLINGS;
      case CRDT -> CRDTS;
      case REGISTER -> REGISTERS;
    };
  }

  @Override
  public boolean isOf(Record record) {
    return true;
  }

  @Override
  public Order compare(Summary one, Summary other) {
    return one.equals(other) ? Order.SAME : Order.CONCURRENT;
  }

  @Override
  public boolean reaches(Summary held, Version seen) {
    return !seen.isAfter(held.version());
  }

  /**
   * {@inheritDoc}
   *
   * <p>A tenant never has records of two models; should two meet, the later format stays.
   */
  @Override
  public Record merge(Record left, Record right) {
    if (!of(left).equals(of(right))) {
      return left.format().compareTo(right.format()) > 0 ? left : right;
    }
    return of(left).merge(left, right);
  }

  @Override
  public boolean decidesByHeader() {
    return false;
  }

  @Override
  public boolean takesPlaceOf(RecordHeader held, Record arriving) {
    return false;
  }

  @Override
  public boolean areInConflict(Record left, Record right) {
    return of(left).equals(of(right)) && of(left).areInConflict(left, right);
  }

  @Override
  public boolean hasRanks() {
    return false;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Cuts keep the models of their tenants, so that this is asked of no image of one that was
   * dropped since.
   */
  @Override
  public boolean hasMoments() {
    return false;
  }

  @Override
  public boolean stampsAgain() {
    return true;
  }

  @Override
  public boolean replaces(Version stamp, Version held) {
    return stamp.isAfter(held);
  }

  @Override
  public @Nullable Record counted(Record held, long purged) {
    return of(held).counted(held, purged);
  }

  @Override
  public @Nullable RecordHeader counted(RecordHeader held, long purged) {
    if (Record.isOfNothing(held)) {
      return null;
    }
    return purged != 0 || held instanceof Record ? counted((Record) held, purged) : held;
  }

  @Override
  public @Nullable RecordHeader reported(RecordHeader counted, long promised) {
    return of((Record) counted).reported(counted, promised);
  }

  @Override
  public long purgeableFromMillis(RecordHeader record) {
    return of((Record) record).purgeableFromMillis(record);
  }

  @Override
  public boolean isWithinPromise(Record fresh, long promised) {
    return of(fresh).isWithinPromise(fresh, promised);
  }

  @Override
  public boolean mayHandOver(long promised) {
    return SIBLINGS.mayHandOver(promised);
  }

  @Override
  public boolean isLeftover(RecordHeader kept, long purged) {
    return of((Record) kept).isLeftover(kept, purged);
  }

  @Override
  public String toString() {
    return "by format";
  }
}
